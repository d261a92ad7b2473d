internal import Accounts
internal import WireProtocol

// MARK: Several agents

extension SessionStateMachine {
    /// An agent of an active session invites another agent of the group, valid once, for ten minutes.
    ///
    /// - Parameters:
    ///   - id: Who; needs the privilege to invite.
    ///   - invitation: Names it; unguessable.
    ///   - now: Unix time in seconds.
    /// - Returns: What to do about it; nothing if they may not, or too many invitations are open.
    package mutating func invite(by id: String, _ invitation: String, at now: Int64) -> [SessionAction] {
        guard isIn(id), capabilities(of: .agent(id)).contains(.invite), invitations.add(invitation, at: now) else {
            return []
        }
        return [.note(.invited(by: id)), .send(.agent(id), .invitation(invitation))]
    }

    /// An agent would like to be in control; without the one who is, they are at once.
    package mutating func askControl(by id: String) -> [SessionAction] {
        guard isIn(id), id != inControl else { return [] }
        guard leader?.isPresent == true else { return giveControl(to: id) + roster() + question() }
        changeMembership(of: id) { $0.wantsControl = true }
        return roster()
    }

    /// The agent in control hands it to the one with that number.
    package mutating func giveControl(by id: String, to number: Int) -> [SessionAction] {
        guard isIn(id), id == inControl,
            let other = agents.first(where: { $0.number == number && $0.isWelcome && $0.isPresent }), other.id != id
        else { return [] }
        return giveControl(to: other.id) + roster() + question()
    }

    /// The agent in control ends the session for all.
    package mutating func end(by id: String, at now: Int64) -> [SessionAction] {
        guard isIn(id), id == inControl else { return [] }
        return end(.completed, by: .agent, at: now)
    }

    /// The visitor lets the agent in control use the page, or takes that back.
    ///
    /// - Parameters:
    ///   - isGiven: Whether they may.
    ///   - agent: Whom the visitor was asked about; a yes about an agent who is not in control any more counts for
    ///     nothing. `nil` if the answer does not say.
    /// - Returns: What to write down; nothing if it was so already, or no agent may do that.
    package mutating func consent(toAssist isGiven: Bool, for agent: String? = nil) -> [SessionAction] {
        guard !isGiven || agent == nil || agent == leader?.name else { return [] }
        let isGiven = isGiven && status == .active && leader?.participant.capabilities.contains(.assist) == true
        guard isGiven != isAssistAllowed else { return [] }
        isAssistAllowed = isGiven
        return [.allowAssist(isGiven), .note(.consent(isGiven, agent: inControl ?? ""))]
    }

    /// An agent may not be here any more; the session ends with them if no other agent is in it.
    package mutating func expel(_ id: String, at now: Int64) -> [SessionAction] {
        guard !status.isFinal, isTaken(.agent(id)) else { return [] }
        guard !isAlone(id) else { return kill(at: now) }
        return [.send(.agent(id), .ended(.killed))] + remove(id, at: now)
    }

    /// Removes an agent's place; another one who is in the session stays.
    mutating func remove(_ id: String, at now: Int64) -> [SessionAction] {
        let hosts = agents.filter(\.isWelcome).map(\.id)
        agents.removeAll { $0.id == id }
        var actions: [SessionAction] = [.dismiss(.agent(id))]
        if hosts.contains(id) { actions.append(.note(.left(agent: id))) }
        // Agents who are written down can come back after a restart of the server.
        if hosts.first == id, hosts.count > 1 { actions.append(.record(.active, agent: hosts[1], at: now)) }
        if inControl == id,
            let next = agents.first(where: { $0.isWelcome && $0.isPresent }) ?? agents.first(where: \.isWelcome)
        {
            actions += giveControl(to: next.id)
        }
        return actions + roster() + question()
    }

    /// Whether it is an agent in an active session.
    private func isIn(_ id: String) -> Bool {
        status == .active && membership(of: .agent(id))?.isWelcome == true
    }

    /// What the visitor has allowed one agent does not apply to the next one.
    private mutating func giveControl(to id: String) -> [SessionAction] {
        let withdrawal = consent(toAssist: false)
        inControl = id
        for index in agents.indices { agents[index].wantsControl = false }
        return withdrawal + [.control(id), .note(.control(agent: id))]
    }
}
