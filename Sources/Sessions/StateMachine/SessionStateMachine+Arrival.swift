package import WireProtocol

// MARK: Coming in

extension SessionStateMachine {
    /// A participant has connected.
    ///
    /// - Parameters:
    ///   - participant: Who.
    ///   - side: On which side.
    ///   - isReturning: Whether they have proved that they were in this session before.
    ///   - invitation: What an agent of the session has made for this one.
    ///   - now: Unix time in seconds.
    /// - Returns: What to do about it.
    package mutating func connect(
        _ participant: Participant,
        as side: SessionSide,
        isReturning: Bool = false,
        invitation: String? = nil,
        at now: Int64
    ) -> [SessionAction] {
        guard !status.isFinal else { return [.refuse(.over)] }
        switch side {
        case .visitor: return connect(visitor: participant, isReturning: isReturning, at: now)
        case .agent: return connect(agent: participant, invitation: invitation, at: now)
        }
    }

    private mutating func connect(
        visitor participant: Participant,
        isReturning: Bool,
        at now: Int64
    ) -> [SessionAction] {
        if let known = visitor?.id, known != participant.id, !(known.isEmpty && isReturning) {
            return [.refuse(.occupied)]
        }
        let wasThere = isPresent(.visitor)
        let missed = visitor?.takeMissed() ?? []
        visitor = SessionMembership(participant: participant)
        let other = leader.flatMap { $0.name.isEmpty ? nil : $0.name }
        let event = SessionEvent.connected(status: status, other: other, may: leader?.participant.capabilities ?? [])
        let arrival = wasThere ? [] : toAgents(.arrived(.visitor, name: participant.name))
        return [.admit(.visitor, event)] + arrival + meet(at: now) + missed.map { .send(.visitor, $0) }
    }

    private mutating func connect(agent participant: Participant, invitation: String?, at now: Int64) -> [SessionAction]
    {
        let known = agents.first { $0.id == participant.id }
        if known == nil, let refusal = refusal(of: participant.id, invitation, at: now) { return [.refuse(refusal)] }
        if known == nil {
            agentsSoFar += 1
            agents.append(SessionMembership(participant: participant, number: agentsSoFar))
        }
        var missed: [SessionEvent] = []
        changeMembership(of: participant.id) { membership in
            (membership.participant, membership.awaySince, membership.hasRecalled) = (participant, nil, false)
            missed = membership.takeMissed()
        }
        let arrived = known?.isPresent != true && isAlone(participant.id)
        return [admission(of: participant)]
            + (arrived ? toVisitor(.arrived(.agent, name: participant.name)) : []) + meet(at: now)
            + missed.map { .send(.agent(participant.id), $0) }
    }

    private func admission(of agent: Participant) -> SessionAction {
        let peer = SessionPeer.agent(agent.id)
        // An agent whom the visitor has not let in is told nothing of what goes on.
        let isIn = status != .active || membership(of: peer)?.isWelcome == true
        let other = visitor.flatMap { $0.name.isEmpty ? nil : $0.name }
        return .admit(peer, .connected(status: isIn ? status : .waiting, other: other, may: agent.capabilities))
    }

    /// Why an agent who has no place yet gets none.
    private mutating func refusal(of id: String, _ invitation: String?, at now: Int64) -> SessionRefusal? {
        guard status == .active else { return agents.isEmpty ? nil : .occupied }
        if declined.contains(id) { return .declined }
        guard agents.count < Self.maximumAgents else { return .full }
        return invitations.use(invitation, at: now) ? nil : .occupied
    }

    /// Goes on as far as the participants who are there allow.
    private mutating func meet(at now: Int64) -> [SessionAction] {
        guard status != .active else { return roster() + question() }
        let areBothHere = isPresent(.agent) && isPresent(.visitor)
        if areBothHere, isAgreed, let agent = agents.first { return begin(with: agent, at: now) }
        var actions: [SessionAction] = []
        if status == .settingUp {
            status = .waiting
            actions.append(.record(.waiting, agent: agents.first?.id, at: now))
        }
        return actions + question()
    }

    private mutating func begin(with agent: SessionMembership, at now: Int64) -> [SessionAction] {
        (status, inControl) = (.active, agent.id)
        changeMembership(of: agent.id) { $0.isWelcome = true }
        let may = agent.participant.capabilities
        let event = SessionEvent.active(agent: agent.name, visitor: visitor?.name ?? "", may: may)
        return [
            .control(agent.id), .record(.active, agent: agent.id, at: now), .note(.agreed(agent: agent.id)),
            .send(.agent(agent.id), event), .send(.visitor, event),
        ] + roster()
    }

    private var isAgreed: Bool { owner == .agent || agents.first?.isWelcome == true }

    // MARK: The visitor's consent

    /// The agent whom the visitor is asked about.
    var asked: SessionMembership? {
        guard status == .active || status == .waiting && !isAgreed else { return nil }
        return agents.first { !$0.isWelcome && $0.isPresent }
    }

    /// Asks the visitor about the first agent who is waiting.
    func question() -> [SessionAction] {
        guard isPresent(.visitor), let asked else { return [] }
        return [.send(.visitor, .consentAsked(agent: asked.name)), .send(.agent(asked.id), .consentPending)]
    }

    /// The visitor lets the agent in, who may be away for the moment.
    ///
    /// - Parameters:
    ///   - agent: Whom the visitor was asked about; an answer about somebody who has been followed by another agent
    ///     counts for nothing. `nil` if the answer does not say.
    ///   - now: Unix time in seconds.
    /// - Returns: What to do about it.
    package mutating func accept(_ agent: String? = nil, at now: Int64) -> [SessionAction] {
        guard let membership = answered(agent) else { return [] }
        let said = talk.count
        changeMembership(of: membership.id) { ($0.isWelcome, $0.saidBefore) = (true, said) }
        guard status == .active else { return meet(at: now) }
        let may = membership.participant.capabilities
        let event = SessionEvent.active(agent: membership.name, visitor: visitor?.name ?? "", may: may)
        let told: [SessionAction] = membership.isPresent ? [.send(.agent(membership.id), event)] : []
        return [.note(.joined(agent: membership.id)), .note(.agreed(agent: membership.id))] + told + roster()
            + question()
    }

    /// The visitor does not let the agent in, who may be away for the moment.
    ///
    /// An active session goes on without that agent. The parameters are those of ``accept(_:at:)``.
    package mutating func decline(_ agent: String? = nil, at now: Int64) -> [SessionAction] {
        guard let membership = answered(agent) else { return [] }
        guard status == .active else { return end(.declined, by: .visitor, at: now) }
        declined.insert(membership.id)
        agents.removeAll { $0.id == membership.id }
        let peer = SessionPeer.agent(membership.id)
        return [.note(.declined(agent: membership.id)), .send(peer, .ended(.declined, by: .visitor)), .dismiss(peer)]
            + roster() + question()
    }

    /// The agent whom an answer is about.
    private func answered(_ agent: String?) -> SessionMembership? {
        guard status == .active || status == .waiting && !isAgreed, isPresent(.visitor) else { return nil }
        return agents.first { !$0.isWelcome && (agent == nil || agent == $0.name) }
    }
}
