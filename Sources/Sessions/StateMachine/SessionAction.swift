package import WireProtocol

/// What a session's driver must do, in this order.
package enum SessionAction: Equatable, Sendable {
    /// Let the connecting participant in and tell it how things stand; an older connection of its own is closed.
    case admit(SessionPeer, SessionEvent)
    /// Do not let the connecting participant in.
    case refuse(SessionRefusal)
    /// Tell one participant something.
    case send(SessionPeer, SessionEvent)
    /// Close the connection of a participant who has left.
    case dismiss(SessionPeer)
    /// Write the status down before anything that follows.
    case record(SessionStatus, agent: String?, at: Int64)
    /// Let the agent of that name within the session, and no other, act on the page.
    case control(String)
    /// The visitor lets the agent in control use the page, or has taken that back.
    case allowAssist(Bool)
    /// Write down what has happened. Who has come or gone is durable before anything that follows.
    case note(SessionNote)
    /// Close all connections: the session is over.
    case finish
}

/// What is written down about a session besides its status; agents by what names them within the session.
package enum SessionNote: Equatable, Sendable {
    /// The visitor lets the agent see the page.
    case agreed(agent: String)
    /// The visitor lets the agent use the page, or has taken that back.
    case consent(Bool, agent: String)
    /// The agent has made an invitation for another one.
    case invited(by: String)
    /// The visitor has let another agent in.
    case joined(agent: String)
    /// The visitor did not let the agent in.
    case declined(agent: String)
    /// The agent has left while others stay.
    case left(agent: String)
    /// The agent who was asked for has come; what follows is under the correlation id of that click.
    case answered(by: String, click: String)
    /// The agent is in control from here on.
    case control(agent: String)

    /// Whether there is now one agent more in the session, or one fewer.
    var changesAgents: Bool {
        switch self {
        case .joined, .left: true
        default: false
        }
    }
}
