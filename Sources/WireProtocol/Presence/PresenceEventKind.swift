/// What the two ends of presence are told, by the `type` of the frame (`docs/protocol.md#presence`).
package enum PresenceEventKind: String, Sendable {
    /// To the visitor: you are known to be here.
    case announced
    /// To the agent: you will be told.
    case connected
    /// To the agent: whether the visitor has a connection.
    case visitorConnected = "visitorconn"
    /// To the agent: the visitor who is present, or that nobody is.
    case presence
    /// To the agent: what became of asking the visitor.
    case terms
    /// To the agent: the visitor has opened a session.
    case sessionStarted = "visitorsessionstart"
    /// To the agent: that session has ended.
    case sessionEnded = "visitorsessionend"
    /// To either: connect to another server.
    case moved
    /// To either: the connection is refused.
    case refused
    /// To the visitor: may this agent come in?
    case invite
    /// To the visitor: the question no longer needs an answer.
    case withdrawn
    /// To the visitor: run a function.
    case invoke
    /// To the visitor: something has happened.
    case signal
}
