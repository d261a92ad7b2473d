internal import WireProtocol

/// A participant's place, kept for a while when the connection breaks.
struct SessionMembership: Sendable {
    var participant: SessionStateMachine.Participant
    /// Counts the agents of a session in the order in which they came; 0 for the visitor.
    var number = 0
    /// When the connection broke, in Unix seconds.
    var awaySince: Int64?
    /// The visitor has agreed to this agent; lasts until the place is free again, beyond a broken connection.
    var isWelcome = false
    /// How many messages there were when the visitor agreed.
    var saidBefore = 0
    /// They have asked on this connection for what was said.
    var hasRecalled = false
    /// The agent has asked to be the one in control.
    var wantsControl = false
    /// What was said while the connection was broken, oldest first.
    private var missed: [SessionEvent] = []

    /// The most messages that are kept for a participant who is away.
    static let maximumMissed = 50

    init(
        participant: SessionStateMachine.Participant,
        number: Int = 0,
        awaySince: Int64? = nil,
        isWelcome: Bool = false
    ) {
        self.participant = participant
        self.number = number
        self.awaySince = awaySince
        self.isWelcome = isWelcome
    }

    var id: String { participant.id }
    var name: String { participant.name }
    var isPresent: Bool { awaySince == nil }

    /// Keeps a message for when the participant is back.
    mutating func miss(_ message: SessionEvent) {
        missed.append(message)
        if missed.count > Self.maximumMissed { missed.removeFirst() }
    }

    /// What was kept; it is then forgotten.
    mutating func takeMissed() -> [SessionEvent] {
        defer { missed = [] }
        return missed
    }

    func isGone(at now: Int64, after seconds: Int64) -> Bool {
        awaySince.map { now >= $0 + seconds } ?? false
    }
}
