package import Accounts
package import LoginKey

/// Which of a group's users have a role, and how that may change.
///
/// A user has one role at most: whoever gets one loses the one before. Whoever loses one without getting another has the
/// privileges of the whole group.
package struct MembershipAdministration: Sendable {
    private static let pageSize = 1000

    private let store: any UserStore
    private let partnerID: PartnerID
    private let users: UserAdministration

    /// Makes the administration of one group's members of roles.
    package init(store: any UserStore, of partnerID: PartnerID, by administrator: Administrator) {
        self.store = store
        self.partnerID = partnerID
        self.users = UserAdministration(store: store, by: administrator)
    }

    /// The changes that come of somebody's wish.
    ///
    /// - Throws: ``AccountsError/Code/invalidField`` if somebody who is to get the role does not exist; whoever is to lose it
    ///   may be gone.
    package func changes(_ wish: MemberChange, of role: Role) async throws(AccountsError) -> [UserChange] {
        let added = try await newcomers(wish.added)
        let leaving = try await leaving(wish, role.id)
        return try changes(of: added, to: role.id) + changes(of: leaving, to: nil)
    }

    /// The users who are to get a role.
    ///
    /// - Throws: ``AccountsError/Code/invalidField`` if one of them does not exist.
    package func newcomers(_ ids: Set<User.ID>) async throws(AccountsError) -> [User] {
        let users = try await store.users(Self.sorted(ids), of: partnerID)
        guard users.count == ids.count else {
            throw AccountsError(code: .invalidField, message: "members: there is no such user")
        }
        return users
    }

    /// Carries changes out; users who were deleted in the meantime are skipped, and those whom somebody else has changed are
    /// read again.
    package func carryOut(_ changes: [UserChange], of role: Role) async throws {
        var rest = changes[...]
        while !rest.isEmpty {
            let page = Array(rest.prefix(Self.pageSize))
            for (change, result) in zip(page, try await users.carryOut(page)) {
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
                guard let user = try await store.users([planned.id], of: partnerID).first else {
                    throw AccountsError(code: .notFound, message: "there is no user \(planned.username)")
                }
                return user
            } _: { user in
                if planned.roleID != nil || user.roleID == role.id { user.roleID = planned.roleID }
            }
        } catch let error as AccountsError where error.code == .notFound {
            return
        }
    }

    private func changes(of users: [User], to role: Role.ID?) throws(AccountsError) -> [UserChange] {
        var changes: [UserChange] = []
        for user in users {
            var wanted = user
            wanted.roleID = role
            if let change = try self.users.change(of: user, to: wanted) { changes.append(change) }
        }
        return changes
    }

    private func leaving(_ wish: MemberChange, _ role: Role.ID) async throws(AccountsError) -> [User] {
        if wish.replacesAll { return try await members(of: role).filter { !wish.added.contains($0.id) } }
        return try await store.users(Self.sorted(wish.removed), of: partnerID).filter { $0.roleID == role }
    }

    /// All users who have a role.
    private func members(of role: Role.ID) async throws(AccountsError) -> [User] {
        var members: [User] = []
        while true {
            let query = UserQuery(filter: .role(role), after: members.last?.id, limit: Self.pageSize)
            let page = try await store.users(matching: query, of: partnerID)
            members += page.users
            guard page.users.count == Self.pageSize else { return members }
        }
    }

    private static func sorted(_ ids: Set<User.ID>) -> [User.ID] {
        ids.sorted { $0.number < $1.number }
    }
}
