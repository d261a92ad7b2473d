package import Accounts

/// What a session's driver has to do, in this order.
package enum SessionAction: Equatable, Sendable {
    /// Let the connecting participant in and tell it how things stand; an older connection of its side is closed.
    case admit(SessionSide, SessionEvent)
    /// Do not let the connecting participant in.
    case refuse(SessionSide, SessionRefusal)
    /// Tell one side something.
    case send(SessionSide, SessionEvent)
    /// Close the connection of a side that has left.
    case dismiss(SessionSide)
    /// Write the status down before anything that follows.
    case record(SessionStatus, agent: String?, at: Int64)
    /// Write down that the visitor lets the agent use the page, or has taken that back.
    case consented(Bool)
    /// Close all connections: the session is over.
    case finish
}

/// Why a participant with a good server key is not let in.
package enum SessionRefusal: String, Equatable, Sendable {
    /// Somebody else is on that side already.
    case occupied
    /// The session has ended.
    case over
}
