/// A participant's place, kept for a while when the connection breaks.
struct SessionSeat: Sendable {
    var participant: SessionStateMachine.Participant
    /// Counts the agents of a session in the order in which they came; 0 for the visitor.
    var number = 0
    /// When the connection broke, in Unix seconds.
    var awaySince: Int64?
    /// The visitor has agreed to this agent; lasts until the place is free again, beyond a broken connection.
    var isWelcome = false
    /// The agent has asked to be the one in control.
    var wantsControl = false

    var id: String { participant.id }
    var name: String { participant.name }
    var isPresent: Bool { awaySince == nil }

    func isGone(at now: Int64, after seconds: Int64) -> Bool {
        awaySince.map { now >= $0 + seconds } ?? false
    }
}
