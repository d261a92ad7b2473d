/// The names of what presence says that are no parameters (`docs/protocol.md#presence`).
package enum PresenceMember {
    /// What a frame says: a ``PresenceCommandKind`` or a ``PresenceEventKind``.
    package static let type = "type"
    /// The token of an agent who connects, behind `Bearer` or alone.
    package static let authorization = "authorization"
    /// What an event holds: an object.
    package static let data = "data"
    /// Of ``PresenceEventKind/moved``: the server to connect to, without a path.
    package static let server = "server"
    /// Of the answer at ``Path/findVisitor``: whether the visitor is present.
    package static let visitorFound = "visitorfound"
    /// The same at ``Path/lookUpVisitor``.
    package static let visitorPresent = "visitorpresent"
}
