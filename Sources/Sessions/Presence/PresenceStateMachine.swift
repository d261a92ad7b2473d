package import Accounts
package import LoginKey

/// Who is present and who watches, without I/O and without a clock.
///
/// A visitor is present as long as one connection has announced them: several tabs count as one. An agent who watches
/// is told of every change. Nothing is told across groups: every key has the group in it.
package struct PresenceStateMachine: Sendable {
    /// What a connection must be told.
    package struct Notice: Equatable, Sendable {
        /// Whom to tell.
        package let peer: PeerID
        /// What to tell them.
        package let event: PresenceEvent
    }

    /// The result of an agent asking to be let in.
    package enum Outcome: Equatable, Sendable {
        /// There is no such visitor.
        case absent
        /// The visitor is present, and was asked before; they may need a reminder.
        case asked([Notice])
        /// The visitor is asked now.
        case asking(Invitation, [Notice])
    }

    private struct Visit: Sendable {
        var present: PresentVisitor
        var peers: Set<PeerID> = []
    }

    /// Where a connection belongs.
    enum Place: Sendable {
        case visitor(VisitorReference)
        case watcher(VisitorReference, User.ID)

        /// The visitor that it is about.
        var visitor: VisitorReference {
            switch self {
            case .visitor(let visitor), .watcher(let visitor, _): visitor
            }
        }
    }

    /// How many agents' questions to one visitor are remembered; more are not asked.
    private static let maximumInvitations = 16

    private(set) var places: [PeerID: Place] = [:]
    private var visits: [VisitorReference: Visit] = [:]
    private var watchers: [VisitorReference: Set<PeerID>] = [:]
    private var invitations: [VisitorReference: [User.ID: Invitation]] = [:]
    /// Who has opened the sessions that are not over, by group and session key.
    private var sessions: [VisitorReference: VisitorReference] = [:]

    /// Makes an empty machine.
    package init() {}

    /// Whether a visitor is present.
    package func isPresent(_ visitor: VisitorReference) -> Bool {
        visits[visitor] != nil
    }

    // MARK: Coming and going

    /// A connection announces a visitor; the newest name counts.
    package mutating func announce(
        _ visitor: VisitorReference,
        _ present: PresentVisitor,
        by peer: PeerID,
        at now: Int64
    ) -> [Notice] {
        let known = visits[visitor]
        places[peer] = .visitor(visitor)
        visits[visitor, default: Visit(present: present)].peers.insert(peer)
        visits[visitor]?.present = present
        var notices = [Notice(peer: peer, event: .announced)]
        if known == nil { notices += tell(visitor, .visitorConnected(true)) }
        if known?.present != present { notices += tell(visitor, .presence(visitor.visitorID, present)) }
        let open = invitations[visitor, default: [:]].values.filter { $0.isOpen(at: now) }.sorted { $0.id < $1.id }
        return notices + open.map { Notice(peer: peer, event: .invite($0)) }
    }

    /// An agent's connection wants to be told of a visitor.
    package mutating func watch(
        _ visitor: VisitorReference,
        for agent: User.ID,
        by peer: PeerID,
        at now: Int64
    ) -> [Notice] {
        places[peer] = .watcher(visitor, agent)
        watchers[visitor, default: []].insert(peer)
        let visit = visits[visitor]
        var events: [PresenceEvent] = [
            .connected, .visitorConnected(visit != nil), .presence(visitor.visitorID, visit?.present),
        ]
        if let invitation = invitations[visitor]?[agent], visit != nil, invitation.isOpen(at: now) {
            events.append(.terms(visitor.visitorID, agent: invitation.agent.name, .asked))
        }
        let open = sessions.filter { $0.value == visitor }.keys.map(\.visitorID.text).sorted()
        events += open.compactMap { SessionKey($0) }.map { .sessionStarted($0) }
        return events.map { Notice(peer: peer, event: $0) }
    }

    /// A connection is gone.
    package mutating func remove(_ peer: PeerID) -> [Notice] {
        switch places.removeValue(forKey: peer) {
        case .visitor(let visitor): return leave(visitor, peer)
        case .watcher(let visitor, _):
            watchers[visitor]?.remove(peer)
            if watchers[visitor]?.isEmpty == true { watchers[visitor] = nil }
            return []
        case nil: return []
        }
    }

    private mutating func leave(_ visitor: VisitorReference, _ peer: PeerID) -> [Notice] {
        visits[visitor]?.peers.remove(peer)
        guard visits[visitor]?.peers.isEmpty == true else { return [] }
        visits[visitor] = nil
        return tell(visitor, .visitorConnected(false)) + tell(visitor, .presence(visitor.visitorID, nil))
    }

    // MARK: Asking

    /// An agent wants to be let in.
    ///
    /// - Parameters:
    ///   - visitor: Who is to be asked.
    ///   - agent: Who asks.
    ///   - id: Names the question, if one must be asked.
    ///   - sessionKey: The key that the session should have; another one than before makes a new question.
    ///   - current: The key of the session that the visitor is in, if they are in one.
    ///   - now: Unix time in seconds.
    /// - Returns: The result. A question is in the audit before its notices are sent.
    package mutating func invite(
        _ visitor: VisitorReference,
        by agent: Inviter,
        as id: String,
        for sessionKey: SessionKey? = nil,
        during current: SessionKey? = nil,
        at now: Int64
    ) -> Outcome {
        guard isPresent(visitor) else { return .absent }
        if let sessionKey, let current {
            let invitation = Invitation(id, to: visitor, from: agent, for: sessionKey, at: now)
            guard sessionKey == current else { return .asked(tell(invitation, .declined)) }
            return .asked(notices(watchers(of: invitation), .sessionStarted(sessionKey)))
        }
        var notices: [Notice] = []
        if let invitation = invitations[visitor]?[agent.userID] {
            switch invitations[visitor]?[agent.userID]?.ask(by: agent.correlationID, for: sessionKey, at: now) {
            case .wait where invitation.isDeclined: return .asked(tell(invitation, .declined))
            case .wait, nil: return .asked([])
            case .renew: return .asked(show(visitor, .invite(invitation)))
            case .replace: notices = show(visitor, .withdrawn(invitation.id))
            }
        } else if invitations[visitor, default: [:]].count >= Self.maximumInvitations {
            return .asked([])
        }
        var invitation = Invitation(id, to: visitor, from: agent, for: sessionKey, at: now)
        invitation.follow(invitations[visitor]?[agent.userID], at: now)
        invitations[visitor, default: [:]][agent.userID] = invitation
        notices += show(visitor, .invite(invitation))
        return .asking(invitation, notices + tell(invitation, .asked))
    }

    /// The keys of the sessions that a visitor has opened and of whose end nobody has told yet.
    package func sessionKeys(of visitor: VisitorReference) -> [SessionKey] {
        sessions.filter { $0.value == visitor }.map(\.key.visitorID)
    }

    /// A visitor answers; `nil` if there is no such question at this visitor, or it was answered.
    package mutating func answer(
        _ id: String,
        _ answer: Invitation.Answer,
        by peer: PeerID,
        at now: Int64
    ) -> (Invitation, [Notice])? {
        guard case .visitor(let visitor) = places[peer],
            let invitation = invitations[visitor]?.values.first(where: { $0.id == id }),
            invitations[visitor]?[invitation.agent.userID]?.settle(answer, at: now) == true
        else { return nil }
        let others = show(visitor, .withdrawn(id)).filter { $0.peer != peer }
        return (invitation, others + tell(invitation, answer == .accepted ? .accepted : .declined))
    }

    /// Forgets a question that could not be asked.
    package mutating func forget(_ invitation: Invitation) {
        guard invitations[invitation.visitor]?[invitation.agent.userID] == invitation else { return }
        invitations[invitation.visitor]?[invitation.agent.userID] = nil
    }

    /// Forgets the questions that nobody asks any longer.
    package mutating func forgetInvitations(at now: Int64) {
        invitations =
            invitations
            .mapValues { $0.filter { !$0.value.isForgotten(at: now) } }
            .filter { !$0.value.isEmpty }
    }

    // MARK: Sessions

    /// The key for a session that a visitor opens to answer a question; `nil` if there is no such question
    /// at this visitor, or it names no key, or was declined.
    package func sessionKey(of invitation: String, to visitor: VisitorReference) -> SessionKey? {
        let found = invitations[visitor]?.values.first { $0.id == invitation }
        return found?.isDeclined == false ? found?.sessionKey : nil
    }

    /// A visitor has opened a session.
    package mutating func start(_ key: SessionKey, by visitor: VisitorReference) -> [Notice] {
        sessions[VisitorReference(key, of: visitor.partnerID)] = visitor
        return tell(visitor, .sessionStarted(key))
    }

    /// A session has ended, whoever opened it.
    package mutating func end(_ key: SessionKey, of partnerID: PartnerID) -> [Notice] {
        guard let visitor = sessions.removeValue(forKey: VisitorReference(key, of: partnerID)) else { return [] }
        return tell(visitor, .sessionEnded(key))
    }

    // MARK: Telling

    /// What every connection of a visitor is told; empty if the visitor is not present.
    package func show(_ visitor: VisitorReference, _ event: PresenceEvent) -> [Notice] {
        notices(visits[visitor]?.peers ?? [], event)
    }

    private func tell(_ visitor: VisitorReference, _ event: PresenceEvent) -> [Notice] {
        notices(watchers[visitor] ?? [], event)
    }

    /// Tells only the agent who asks, wherever they watch.
    private func tell(_ invitation: Invitation, _ terms: PresenceEvent.Terms) -> [Notice] {
        notices(watchers(of: invitation), .terms(invitation.visitor.visitorID, agent: invitation.agent.name, terms))
    }

    private func watchers(of invitation: Invitation) -> Set<PeerID> {
        watchers[invitation.visitor, default: []]
            .filter { peer in
                guard case .watcher(_, let agent) = places[peer] else { return false }
                return agent == invitation.agent.userID
            }
    }

    /// Everybody reads the visitor's id as they have spelled it themselves.
    private func notices(_ peers: Set<PeerID>, _ event: PresenceEvent) -> [Notice] {
        peers.sorted()
            .map { peer in
                Notice(peer: peer, event: places[peer].map { event.spelling($0.visitor.visitorID) } ?? event)
            }
    }
}

extension PresenceEvent {
    /// The event with the visitor's id in one of its spellings.
    fileprivate func spelling(_ visitorID: SessionKey) -> Self {
        switch self {
        case .presence(_, let visitor): .presence(visitorID, visitor)
        case .terms(_, let agent, let terms): .terms(visitorID, agent: agent, terms)
        default: self
        }
    }

    fileprivate static func invite(_ invitation: Invitation) -> Self {
        .invite(invitation.id, agent: invitation.agent.name, sessionKey: invitation.sessionKey)
    }
}
