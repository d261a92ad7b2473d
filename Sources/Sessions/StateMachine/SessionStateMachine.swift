package import Accounts
package import WireProtocol

/// The life of one session between an agent and a visitor, without I/O and without a clock.
///
/// Set up, then waiting when the first side connects, then active when both sides are there and the visitor has
/// agreed. A visitor who opened the session is asked before an agent is let in; a visitor who enters the agent's key
/// agrees by doing so. It ends cleanly when a side leaves, and uncleanly when a side stays away longer than
/// ``reconnectSeconds`` after its connection broke.
package struct SessionStateMachine: Sendable {
    /// How long a session waits for the other side, in seconds (`docs/protocol.md#sessions`).
    package static let waitingSeconds: Int64 = 600
    /// How long a side may stay away after its connection broke, in seconds: a minute without a network, and some.
    package static let reconnectSeconds: Int64 = 75

    /// Somebody on one side.
    package struct Participant: Equatable, Sendable {
        /// Names the participant within the session.
        package var id: String
        /// What the other side reads.
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

    private struct Side: Sendable {
        var participant: Participant
        var awaySince: Int64?
        /// The visitor has agreed to this participant; lasts until the side is free again, beyond a broken connection.
        var isWelcome = false

        var isPresent: Bool { awaySince == nil }
    }

    /// Where the session stands.
    package private(set) var status: SessionStatus = .settingUp
    private let owner: SessionSide
    private let createdAt: Int64
    private let reconnectSeconds: Int64
    private var sides: [SessionSide: Side] = [:]
    /// Whether the visitor lets the agent use the page.
    package private(set) var isAssistAllowed = false

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

    /// Takes an active session up again that another process had: both sides are away, and nobody else gets in.
    ///
    /// - Parameters:
    ///   - record: The session as it was written down last.
    ///   - now: Unix time in seconds.
    ///   - reconnectSeconds: How long the sides may stay away.
    package init(resuming record: SessionRecord, at now: Int64, reconnectSeconds: Int64 = Self.reconnectSeconds) {
        self.init(owner: record.owner, createdAt: record.createdAt, reconnectSeconds: reconnectSeconds)
        guard record.status == .active else { return }
        status = .active
        let agent = Participant(id: record.agent, name: "")
        let visitor = Participant(id: "", name: record.visitor.name)
        sides = [
            .agent: Side(participant: agent, awaySince: now, isWelcome: true),
            .visitor: Side(participant: visitor, awaySince: now),
        ]
    }

    /// When ``tick(at:)`` has something to do, in Unix seconds; `nil` if never.
    package var deadline: Int64? {
        guard !status.isFinal else { return nil }
        let aways = sides.values.compactMap { $0.awaySince.map { $0 + reconnectSeconds } }
        let waiting = status == .active ? nil : createdAt + Self.waitingSeconds
        return (aways + [waiting].compactMap(\.self)).min()
    }

    /// Whether somebody has the place on a side, be it that they are away for the moment.
    package func isTaken(_ side: SessionSide) -> Bool {
        sides[side] != nil
    }

    /// What the participant on a side is allowed; nothing if that side is empty.
    package func capabilities(of side: SessionSide) -> AgentCapabilities {
        sides[side]?.participant.capabilities ?? []
    }

    // MARK: What happens to it

    /// A participant has connected.
    ///
    /// - Parameters:
    ///   - participant: Who.
    ///   - role: On which side.
    ///   - isReturning: Whether they have proved that they were in this session before.
    ///   - now: Unix time in seconds.
    /// - Returns: What to do about it.
    package mutating func connect(
        _ participant: Participant,
        as role: SessionSide,
        isReturning: Bool = false,
        at now: Int64
    ) -> [SessionAction] {
        guard !status.isFinal else { return [.refuse(role, .over)] }
        if let side = sides[role] {
            guard side.participant.id == participant.id || side.participant.id.isEmpty && isReturning else {
                return [.refuse(role, .occupied)]
            }
            return reconnect(participant, as: role, at: now)
        }
        sides[role] = Side(participant: participant, awaySince: nil)
        var actions: [SessionAction] = [
            .admit(role, .connected(status: status, other: name(of: role.other), may: capabilities(of: .agent)))
        ]
        if isPresent(role.other) {
            actions.append(.send(role.other, .arrived(role, name: participant.name)))
        }
        return actions + meet(at: now)
    }

    /// The visitor lets the agent in, who may be away for the moment.
    ///
    /// - Parameters:
    ///   - agent: Whom the visitor was asked about; an answer about somebody who has been followed by another agent
    ///     counts for nothing. `nil` if the answer does not say.
    ///   - now: Unix time in seconds.
    /// - Returns: What to do about it.
    package mutating func accept(_ agent: String? = nil, at now: Int64) -> [SessionAction] {
        guard isAnswer(about: agent) else { return [] }
        sides[.agent]?.isWelcome = true
        return meet(at: now)
    }

    /// The visitor does not let the agent in, who may be away for the moment.
    ///
    /// The parameters are those of ``accept(_:at:)``.
    package mutating func decline(_ agent: String? = nil, at now: Int64) -> [SessionAction] {
        guard isAnswer(about: agent) else { return [] }
        return end(.declined, by: .visitor, at: now)
    }

    /// A participant says something to the other side; nothing is relayed before the session is active.
    package func relay(_ text: String, from role: SessionSide) -> [SessionAction] {
        guard status == .active, isPresent(role.other) else { return [] }
        return [.send(role.other, .message(from: role, name: name(of: role) ?? "", text: text))]
    }

    /// A participant leaves on purpose.
    package mutating func leave(_ role: SessionSide, at now: Int64) -> [SessionAction] {
        guard !status.isFinal, sides[role] != nil else { return [] }
        if status == .active { return end(.completed, by: role, at: now) }
        guard role != owner, isPresent(owner) else { return end(.quit, by: role, at: now) }
        sides[role] = nil
        return [.dismiss(role), .send(owner, .left(role))]
    }

    /// A participant's connection is gone without a word.
    package mutating func lose(_ role: SessionSide, at now: Int64) -> [SessionAction] {
        guard !status.isFinal, isPresent(role) else { return [] }
        sides[role]?.awaySince = now
        return isPresent(role.other) ? [.send(role.other, .away(role))] : []
    }

    /// The visitor lets the agent use the page, or takes that back.
    ///
    /// - Returns: What to write down; nothing if it was so already, or no agent may do that.
    package mutating func consent(toAssist isGiven: Bool) -> [SessionAction] {
        let isGiven = isGiven && status == .active && capabilities(of: .agent).contains(.assist)
        guard isGiven != isAssistAllowed else { return [] }
        isAssistAllowed = isGiven
        return [.consented(isGiven)]
    }

    /// Time has passed.
    package mutating func tick(at now: Int64) -> [SessionAction] {
        guard !status.isFinal else { return [] }
        if let role = sides.keys.first(where: { isGone($0, at: now) }) {
            if status == .active || role == owner { return end(.unclean, at: now) }
            sides[role] = nil
            return isPresent(role.other) ? [.send(role.other, .left(role))] : []
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

    private mutating func reconnect(
        _ participant: Participant,
        as role: SessionSide,
        at now: Int64
    ) -> [SessionAction] {
        let wasAway = !isPresent(role)
        sides[role]?.participant = participant
        sides[role]?.awaySince = nil
        var actions: [SessionAction] = [
            .admit(role, .connected(status: status, other: name(of: role.other), may: capabilities(of: .agent)))
        ]
        if wasAway, isPresent(role.other) {
            actions.append(.send(role.other, .arrived(role, name: participant.name)))
        }
        return actions + meet(at: now)
    }

    private mutating func meet(at now: Int64) -> [SessionAction] {
        let areBothHere = isPresent(.agent) && isPresent(.visitor)
        if areBothHere, status != .active, isAgreed {
            status = .active
            let agent = name(of: .agent) ?? ""
            return [.record(.active, agent: sides[.agent]?.participant.id, at: now)]
                + Self.both(.active(agent: agent, visitor: name(of: .visitor) ?? "", may: capabilities(of: .agent)))
        }
        var actions: [SessionAction] = []
        if status == .settingUp {
            status = .waiting
            actions.append(.record(.waiting, agent: sides[.agent]?.participant.id, at: now))
        }
        return needsConsent ? actions + askForConsent() : actions
    }

    private var isAgreed: Bool { owner == .agent || sides[.agent]?.isWelcome == true }

    private var needsConsent: Bool { status == .waiting && !isAgreed && isPresent(.agent) && isPresent(.visitor) }

    private func isAnswer(about agent: String?) -> Bool {
        guard status == .waiting, !isAgreed, isPresent(.visitor), let asked = name(of: .agent) else { return false }
        return agent == nil || agent == asked
    }

    private func askForConsent() -> [SessionAction] {
        [.send(.visitor, .consentAsked(agent: name(of: .agent) ?? "")), .send(.agent, .consentPending)]
    }

    private mutating func end(
        _ final: SessionStatus,
        by side: SessionSide? = nil,
        at now: Int64
    ) -> [SessionAction] {
        status = final
        let agent = sides[.agent]?.participant.id
        return [.record(final, agent: agent, at: now)] + Self.both(.ended(final, by: side)) + [.finish]
    }

    private static func both(_ event: SessionEvent) -> [SessionAction] {
        [.send(.agent, event), .send(.visitor, event)]
    }

    private func isPresent(_ role: SessionSide) -> Bool {
        sides[role]?.isPresent ?? false
    }

    private func isGone(_ role: SessionSide, at now: Int64) -> Bool {
        guard let awaySince = sides[role]?.awaySince else { return false }
        return now >= awaySince + reconnectSeconds
    }

    private func name(of role: SessionSide) -> String? {
        sides[role].flatMap { $0.participant.name.isEmpty ? nil : $0.participant.name }
    }
}
