/// How far a reader has followed the changes of rights; only the store that gave it can read it.
package struct RightsCursor: Hashable, Sendable {
    /// How long changes are kept, in seconds: an older cursor is useless.
    package static let retention: Int64 = 3600

    /// The revision of groups, keys and roles.
    package let revision: Int64
    /// The history of the database that ``position`` belongs to; another one after a standby was promoted.
    package let timeline: String
    /// The place among the changes of users.
    package let position: Int64

    /// Takes what a store has read.
    package init(revision: Int64, timeline: String, position: Int64) {
        self.revision = revision
        self.timeline = timeline
        self.position = position
    }
}

/// Whose rights may have changed since a ``RightsCursor``.
package struct RightsChanges: Sendable {
    /// All users, or some.
    package enum Affected: Sendable {
        case everybody
        case users(Set<User.ID>)
    }

    /// More changed users than this count as everybody.
    package static let maximumUsers = 10_000

    /// Whose rights may have changed.
    package let affected: Affected
    /// From where to go on.
    package let cursor: RightsCursor

    /// Takes what a store has read.
    package init(_ affected: Affected, until cursor: RightsCursor) {
        self.affected = affected
        self.cursor = cursor
    }
}
