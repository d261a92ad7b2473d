package import Accounts

/// Who gets a role and who loses it.
package struct MemberChange: Hashable, Sendable {
    /// Whether everybody who is not in ``added`` loses it.
    package private(set) var replacesAll = false
    /// Who gets it.
    package private(set) var added: Set<User.ID> = []
    /// Who loses it.
    package private(set) var removed: Set<User.ID> = []

    /// Makes a change of nothing.
    package init() {}

    /// Gives the role to a user, who no longer loses it.
    package mutating func add(_ id: User.ID) {
        added.insert(id)
        removed.remove(id)
    }

    /// Takes the role from a user, who no longer gets it.
    package mutating func remove(_ id: User.ID) {
        added.remove(id)
        removed.insert(id)
    }

    /// Gives the role to some users and takes it from all others, whatever was said before.
    package mutating func replace(with ids: [User.ID]) {
        self = Self()
        replacesAll = true
        added = Set(ids)
    }
}
