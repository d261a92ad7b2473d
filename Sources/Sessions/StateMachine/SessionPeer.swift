package import WireProtocol

/// Somebody's place in a session.
package enum SessionPeer: Hashable, Sendable {
    /// The one who is helped.
    case visitor
    /// One of those who help, by what names them within the session.
    case agent(String)

    /// The place of a participant on a side; a visitor's name within the session changes nothing.
    package init(_ side: SessionSide, _ id: String) {
        self = side == .agent ? .agent(id) : .visitor
    }

    /// The side that it is on.
    package var side: SessionSide { self == .visitor ? .visitor : .agent }
}
