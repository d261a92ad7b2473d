internal import AccountAdministration
internal import Accounts
internal import Authentication

/// Plans and makes the changes of users that come into a group or leave it.
///
/// A user has one role at most: whoever comes into a group leaves the one before. Whoever leaves without coming into
/// another has the privileges of the whole Latchkey group.
struct MembershipPlanner: Sendable {
    private static let pageSize = 1000

    let store: any UserStore
    let administration: AdministrationContext

    /// The changes that come of somebody's wish.
    ///
    /// - Throws: ``SCIMError/invalidValue(_:)`` if somebody who is to come does not exist; whoever is to go may be gone.
    func changes(_ wish: MemberChange, of role: Role) async throws -> [UserChange] {
        let added = try await newcomers(wish.added)
        var changes = try added.compactMap { try change($0, to: role.id) }
        let leaving =
            if wish.replacesAll {
                try await members(of: role.id).filter { !wish.added.contains($0.id) }
            } else {
                try await store.users(Self.sorted(wish.removed), of: administration.partnerID)
                    .filter { $0.roleID == role.id }
            }
        changes += try leaving.compactMap { try change($0, to: nil) }
        return changes
    }

    /// The users who are to come into a group.
    ///
    /// - Throws: ``SCIMError/invalidValue(_:)`` if one of them does not exist.
    func newcomers(_ ids: Set<User.ID>) async throws -> [User] {
        let users = try await store.users(Self.sorted(ids), of: administration.partnerID)
        guard users.count == ids.count else { throw SCIMError.invalidValue("members: there is no such user") }
        return users
    }

    /// Makes changes; users who were deleted in the meantime are skipped, and those whom somebody else has changed are read
    /// again.
    func carryOut(_ changes: [UserChange], of role: Role) async throws {
        var rest = changes[...]
        while !rest.isEmpty {
            let page = Array(rest.prefix(Self.pageSize))
            for (change, result) in zip(page, try await store.changeUsers(page)) {
                guard case .failure(let error) = result, error.code != .notFound else { continue }
                guard error.code == .versionConflict else { throw error }
                try await repeatChange(of: change.user, role)
            }
            rest = rest.dropFirst(Self.pageSize)
        }
    }

    /// Moves one user whom somebody else has changed; whoever has got another role meanwhile need not leave this one.
    private func repeatChange(of planned: User, _ role: Role) async throws {
        do {
            _ = try await users.update {
                guard let user = try await store.users([planned.id], of: administration.partnerID).first else {
                    throw SCIMError.notFound
                }
                return user
            } _: { user in
                if planned.roleID != nil || user.roleID == role.id { user.roleID = planned.roleID }
            }
        } catch let error as SCIMError where error == .notFound {
            return
        }
    }

    /// All users who have a role.
    func members(of id: Role.ID) async throws(AccountsError) -> [User] {
        var members: [User] = []
        while true {
            let query = UserQuery(filter: .role(id), after: members.last?.id, limit: Self.pageSize)
            let page = try await store.users(matching: query, of: administration.partnerID)
            members += page.users
            guard page.users.count == Self.pageSize else { return members }
        }
    }

    private var users: UserAdministration { UserAdministration(store: store, by: administration.administrator) }

    private func change(_ user: User, to role: Role.ID?) throws(AccountsError) -> UserChange? {
        var changed = user
        changed.roleID = role
        return try users.change(of: user, to: changed)
    }

    private static func sorted(_ ids: Set<User.ID>) -> [User.ID] {
        ids.sorted { $0.number < $1.number }
    }
}
