/// Up to where somebody knows what has changed about rights; it means something to the store that gave it alone.
package struct RightsMark: Hashable, Sendable {
    /// Of groups, keys and roles.
    package let revision: Int64
    /// Among the changes of users.
    package let position: Int64

    /// How long changes are kept, in seconds: nobody goes on from an older mark.
    package static let retention: Int64 = 3600

    /// Takes what a store has read.
    package init(revision: Int64, position: Int64) {
        self.revision = revision
        self.position = position
    }
}

/// Whose rights may have changed since a ``RightsMark``.
package struct RightsChanges: Sendable {
    /// All agents, or some.
    package enum Affected: Sendable {
        case everybody
        case users(Set<User.ID>)
    }

    /// Whom it may concern.
    package let affected: Affected
    /// From where to go on.
    package let mark: RightsMark

    /// Takes what a store has read.
    package init(_ affected: Affected, until mark: RightsMark) {
        self.affected = affected
        self.mark = mark
    }
}
