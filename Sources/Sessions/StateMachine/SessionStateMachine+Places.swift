internal import Accounts
internal import WireProtocol

// MARK: Who is where

extension SessionStateMachine {
    func membership(of peer: SessionPeer) -> SessionMembership? {
        switch peer {
        case .visitor: visitor
        case .agent(let id): agents.first { $0.id == id }
        }
    }

    /// The agent in control, or the one who was first while nobody is.
    var leader: SessionMembership? {
        agents.first { $0.id == inControl } ?? agents.first
    }

    /// Whether no agent would be left whom the visitor has let in.
    func isAlone(_ id: String) -> Bool {
        !agents.contains { $0.id != id && ($0.isWelcome || status != .active) }
    }

    func isPresent(_ side: SessionSide) -> Bool {
        side == .visitor ? visitor?.isPresent == true : agents.contains(where: \.isPresent)
    }

    mutating func changeMembership(of id: String, _ change: (inout SessionMembership) -> Void) {
        guard let index = agents.firstIndex(where: { $0.id == id }) else { return }
        change(&agents[index])
    }

    // MARK: Telling

    func toVisitor(_ event: SessionEvent) -> [SessionAction] {
        isPresent(.visitor) ? [.send(.visitor, event)] : []
    }

    func toAgents(_ event: SessionEvent) -> [SessionAction] {
        agents.filter(\.isPresent).map { .send(.agent($0.id), event) }
    }

    func to(_ side: SessionSide, _ event: SessionEvent) -> [SessionAction] {
        side == .visitor ? toVisitor(event) : toAgents(event)
    }

    /// Tells everybody who is in an active session which agents there are; after a restart, once the agent is back whose
    /// name only they bring, and of the others those who are.
    func roster() -> [SessionAction] {
        guard status == .active, let leader, !leader.name.isEmpty else { return [] }
        let entries = agents.filter { $0.isWelcome && !$0.name.isEmpty }
            .map { membership in
                SessionRoster.Entry(
                    number: membership.number,
                    name: membership.name,
                    isAway: !membership.isPresent,
                    wantsControl: membership.wantsControl
                )
            }
        let roster = SessionRoster(entries: entries, control: leader.number, asked: asked?.name ?? "")
        let toAgents = agents.filter { $0.isWelcome && $0.isPresent }
            .map { membership in
                let event = SessionEvent.agents(
                    roster,
                    may: membership.participant.capabilities,
                    own: membership.number
                )
                return SessionAction.send(.agent(membership.id), event)
            }
        return toVisitor(.agents(roster, may: leader.participant.capabilities)) + toAgents
    }
}
