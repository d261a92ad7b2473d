/// The two sides of a session.
package enum SessionSide: String, Hashable, Codable, Sendable {
    /// The one who helps.
    case agent
    /// The one who is helped.
    case visitor

    /// The side that this one meets.
    package var other: Self { self == .agent ? .visitor : .agent }
}

/// The documented statuses of a session (`docs/protocol.md#sessions`).
package enum SessionStatus: String, Hashable, Codable, Sendable, CaseIterable {
    /// J: being set up.
    case settingUp = "J"
    /// W: one side waits for the other.
    case waiting = "W"
    /// A: both sides are there.
    case active = "A"
    /// C: ended cleanly after having been active.
    case completed = "C"
    /// X: ended without a clean close.
    case unclean = "X"
    /// Q: the waiting side left.
    case quit = "Q"
    /// T: nobody came within ten minutes.
    case timedOut = "T"
    /// L: locked.
    case locked = "L"
    /// D: the visitor declined.
    case declined = "D"
    /// E: error.
    case error = "E"
    /// K: killed by an administrator.
    case killed = "K"
    /// U: unknown.
    case unknown = "U"

    /// Whether the session is over.
    package var isFinal: Bool {
        switch self {
        case .settingUp, .waiting, .active, .locked: false
        default: true
        }
    }
}

/// Why a participant with a good server key is not let in.
package enum SessionRefusal: String, Equatable, Sendable {
    /// Somebody else is on that side already, and no agent there has invited this one.
    case occupied
    /// There are as many agents as there may be.
    case full
    /// The visitor has declined this agent before.
    case declined
    /// The session has ended.
    case over
}
