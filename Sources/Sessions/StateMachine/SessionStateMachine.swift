package import Accounts
package import WireProtocol

/// The life of one session between a visitor and the agents who help, without I/O and without a clock.
///
/// Set up, then waiting when the first side connects, then active when both sides are there and the visitor has
/// agreed. A visitor who opened the session is asked before an agent is let in; a visitor who enters the agent's key
/// agrees by doing so. Agents of an active session may invite others: the visitor is asked about each, and one of them
/// is in control. It ends cleanly when the visitor or the last agent leaves, and uncleanly when one of these stays away
/// longer than ``reconnectSeconds`` after the connection broke.
package struct SessionStateMachine: Sendable {
    /// How long a session waits for the other side, in seconds (`docs/protocol.md#sessions`).
    package static let waitingSeconds: Int64 = 600
    /// How long a session waits for anybody to connect at all, in seconds: whoever opened it has a server key for 60 of them.
    package static let connectSeconds: Int64 = 75
    /// How long a side may stay away after its connection broke, in seconds: a minute without a network, and some.
    package static let reconnectSeconds: Int64 = 75
    /// The most agents of a session, counting those whom the visitor has not let in yet.
    package static let maximumAgents = 5

    /// Somebody on one side.
    package struct Participant: Equatable, Sendable {
        /// Names the participant within the session.
        package var id: String
        /// What the others read.
        package var name: String
        /// What an agent's privileges allow.
        package var capabilities: AgentCapabilities

        /// Describes a participant.
        package init(id: String, name: String, capabilities: AgentCapabilities = []) {
            self.id = id
            self.name = name
            self.capabilities = capabilities
        }
    }

    /// Where the session stands.
    package internal(set) var status: SessionStatus = .settingUp
    /// Names the agent in control, once the session is active.
    package internal(set) var inControl: String?
    /// Whether the visitor lets the agent in control use the page.
    package internal(set) var isAssistAllowed = false
    let owner: SessionSide
    private let createdAt: Int64
    let reconnectSeconds: Int64
    var visitor: SessionMembership?
    /// In the order in which they came.
    var agents: [SessionMembership] = []
    var agentsSoFar = 0
    var invitations = AgentInvitations()
    var talk = SessionTalk()
    /// The agents whom the visitor declined in addition to those who are there.
    var declined: Set<String> = []

    /// Starts the life of a session.
    ///
    /// - Parameters:
    ///   - owner: Which side opened it.
    ///   - now: Unix time in seconds.
    ///   - reconnectSeconds: How long a side may stay away.
    package init(owner: SessionSide, createdAt now: Int64, reconnectSeconds: Int64 = Self.reconnectSeconds) {
        self.owner = owner
        self.createdAt = now
        self.reconnectSeconds = reconnectSeconds
    }

    /// Takes up an active session that another process had.
    ///
    /// The visitor and the agents who are written down are away, and nobody else gets in.
    ///
    /// - Parameters:
    ///   - record: The session as it was written down last.
    ///   - now: Unix time in seconds.
    ///   - reconnectSeconds: How long the sides may stay away.
    package init(resuming record: SessionRecord, at now: Int64, reconnectSeconds: Int64 = Self.reconnectSeconds) {
        self.init(owner: record.owner, createdAt: record.createdAt, reconnectSeconds: reconnectSeconds)
        guard record.status == .active else { return }
        status = .active
        inControl = record.agent
        agents = zip([record.agent] + record.otherAgents, 1...)
            .map { id, number in
                let agent = Participant(id: id, name: "")
                return SessionMembership(participant: agent, number: number, awaySince: now, isWelcome: true)
            }
        agentsSoFar = agents.count
        visitor = SessionMembership(participant: Participant(id: "", name: record.visitor.name), awaySince: now)
    }

    /// When ``tick(at:)`` has something to do, in Unix seconds; `nil` if never.
    package var deadline: Int64? {
        guard !status.isFinal else { return nil }
        let aways = (agents + [visitor].compactMap(\.self)).compactMap { $0.awaySince.map { $0 + reconnectSeconds } }
        let waiting = status == .active ? nil : createdAt + Self.waitingSeconds
        return (aways + [waiting].compactMap(\.self)).min()
    }

    /// Who are in the active session, by what names them within it, in the order in which they came.
    package var agentsWithin: [String] { agents.filter(\.isWelcome).map(\.id) }

    /// Whether somebody has the place, even if they are away for the moment.
    package func isTaken(_ peer: SessionPeer) -> Bool {
        membership(of: peer) != nil
    }

    /// What the participant in a place is allowed; nothing if it is free.
    package func capabilities(of peer: SessionPeer) -> AgentCapabilities {
        membership(of: peer)?.participant.capabilities ?? []
    }

    // MARK: What happens to it

    /// A participant's connection is gone without a word.
    package mutating func lose(_ peer: SessionPeer, at now: Int64) -> [SessionAction] {
        guard !status.isFinal, membership(of: peer)?.isPresent == true else { return [] }
        switch peer {
        case .visitor:
            visitor?.awaySince = now
            return toAgents(.away(.visitor))
        case .agent(let id):
            changeMembership(of: id) { $0.awaySince = now }
            return (isAlone(id) ? toVisitor(.away(.agent)) : []) + roster()
        }
    }

    /// A participant leaves on purpose.
    package mutating func leave(_ peer: SessionPeer, at now: Int64) -> [SessionAction] {
        guard !status.isFinal, isTaken(peer) else { return [] }
        if status == .active {
            guard case .agent(let id) = peer, !isAlone(id) else { return end(.completed, by: peer.side, at: now) }
            return [.send(peer, .ended(.completed, by: .agent))] + remove(id, at: now)
        }
        guard peer.side != owner, isPresent(owner) else { return end(.quit, by: peer.side, at: now) }
        free(peer)
        return [.dismiss(peer)] + to(owner, .left(peer.side))
    }

    /// A participant says something to the others; nothing is relayed before the session is active.
    ///
    /// A participant who is away for the moment, such as a page on its way to the next, is told when they are back.
    package mutating func relay(_ text: String, from peer: SessionPeer, at now: Int64) -> [SessionAction] {
        guard status == .active, let membership = membership(of: peer), peer == .visitor || membership.isWelcome else {
            return []
        }
        talk.add(SessionTalk.Message(peer: peer, name: membership.name, text: text, at: now))
        let event = SessionEvent.message(from: peer.side, name: membership.name, text: text)
        if peer != .visitor, !isPresent(.visitor) { visitor?.miss(event) }
        let others = agents.filter { $0.isWelcome && .agent($0.id) != peer }
        for other in others where !other.isPresent { changeMembership(of: other.id) { $0.miss(event) } }
        let present = others.filter(\.isPresent)
        return (peer == .visitor ? [] : toVisitor(event)) + present.map { .send(.agent($0.id), event) }
    }

    /// A participant asks for what was said since they joined the session: once per connection.
    package mutating func recall(by peer: SessionPeer) -> [SessionAction] {
        guard status == .active, let membership = membership(of: peer), peer == .visitor || membership.isWelcome,
            !membership.hasRecalled
        else {
            return []
        }
        switch peer {
        case .visitor: visitor?.hasRecalled = true
        case .agent(let id): changeMembership(of: id) { $0.hasRecalled = true }
        }
        return talk.messages(after: membership.saidBefore)
            .map { said in
                let (side, isOwn) = (said.peer.side, said.peer == peer)
                let event = SessionEvent.said(by: side, name: said.name, text: said.text, at: said.at, isOwn: isOwn)
                return .send(peer, event)
            }
    }

    /// Time has passed.
    package mutating func tick(at now: Int64) -> [SessionAction] {
        guard !status.isFinal else { return [] }
        if visitor?.isGone(at: now, after: reconnectSeconds) == true { return lacks(.visitor, at: now) }
        if let gone = agents.first(where: { $0.isGone(at: now, after: reconnectSeconds) }) {
            return lacks(.agent(gone.id), at: now)
        }
        guard status != .active, now >= createdAt + Self.waitingSeconds else { return [] }
        return end(.timedOut, at: now)
    }

    /// An administrator, or the server's end, stops it.
    package mutating func kill(_ final: SessionStatus = .killed, at now: Int64) -> [SessionAction] {
        guard !status.isFinal else { return [] }
        return end(final, at: now)
    }

    // MARK: Steps

    /// Somebody has stayed away for too long.
    private mutating func lacks(_ peer: SessionPeer, at now: Int64) -> [SessionAction] {
        if status == .active, case .agent(let id) = peer, !isAlone(id) { return remove(id, at: now) }
        if status == .active || peer.side == owner { return end(.unclean, at: now) }
        free(peer)
        return to(peer.side.other, .left(peer.side))
    }

    mutating func end(_ final: SessionStatus, by side: SessionSide? = nil, at now: Int64) -> [SessionAction] {
        status = final
        let event = SessionEvent.ended(final, by: side)
        let all = agents.map { SessionPeer.agent($0.id) } + [.visitor]
        let agent = agents.first(where: \.isWelcome) ?? agents.first
        return [.record(final, agent: agent?.id, at: now)] + all.map { .send($0, event) } + [.finish]
    }

    private mutating func free(_ peer: SessionPeer) {
        switch peer {
        case .visitor: visitor = nil
        case .agent(let id): agents.removeAll { $0.id == id }
        }
    }
}
