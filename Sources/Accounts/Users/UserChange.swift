/// One change among several that are written together.
package struct UserChange: Sendable {
    /// What is done.
    package enum Kind: Sendable {
        /// The user is added; the id is given by the store. A deleted user with one of the names makes room.
        case create
        /// The user with that id gets all fields replaced.
        case update
        /// The user with that id is deleted and loses the connected clients and access tokens.
        case delete
    }

    /// What is done.
    package var kind: Kind
    /// The user as they should be; with ``Kind/delete`` only group and id count.
    package var user: User
    /// The audit event that is written with it.
    package var event: AuditEvent

    /// Makes a change.
    package init(_ kind: Kind, _ user: User, recording event: AuditEvent) {
        self.kind = kind
        self.user = user
        self.event = event
    }
}
