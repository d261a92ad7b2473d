internal import AccountAdministration
internal import Accounts
internal import Authentication
internal import HTTPCore
internal import LoginKey

/// What a call works with, once its administrator is signed in.
struct UserAPIContext: Sendable {
    let authenticator: Authenticator
    let administration: AdministrationContext
    /// Unix seconds.
    let now: Int64

    private var store: any DecisionStore & UserStore & RoleStore { authenticator.store }

    /// The administrator's group: no call sees another.
    var partnerID: PartnerID { administration.partnerID }

    private var userAdministration: UserAdministration {
        UserAdministration(store: store, by: administration.administrator)
    }

    // MARK: Users

    /// The user with that PartnerUserId; deleted ones are not there.
    func user(_ partnerUserID: PartnerUserID) async throws(UserAPIError) -> User {
        guard let user = try await find(.partner(partnerID, partnerUserID)) else {
            throw UserAPIError(.userNotFound, "There is no user with this PartnerUserID.", .partnerUserID)
        }
        return user
    }

    /// The users that fit a query.
    func users(matching query: UserQuery) async throws(UserAPIError) -> UserPage {
        try await reading { () async throws(AccountsError) in try await store.users(matching: query, of: partnerID) }
    }

    /// Adds a user, and returns them with what the store has given.
    func add(_ user: User) async throws(UserAPIError) -> User {
        try await carryOut(userAdministration.addition(of: user))
    }

    /// Makes of a user what is wanted, from the version that was read.
    func change(_ user: User, to wanted: User) async throws(UserAPIError) -> User {
        let change = try await reading { () throws(AccountsError) in try userAdministration.change(of: user, to: wanted)
        }
        guard let change else { return user }
        return try await carryOut(change)
    }

    /// Deletes a user.
    func delete(_ user: User) async throws(UserAPIError) {
        _ = try await carryOut(
            try await reading { () throws(AccountsError) in try userAdministration.deletion(of: user) }
        )
    }

    private func carryOut(_ change: UserChange) async throws(UserAPIError) -> User {
        do {
            return try await userAdministration.carryOut(change)
        } catch {
            throw error.code == .alreadyExists ? await taken(by: change.user) : UserAPIError(error)
        }
    }

    /// Hashes a new password.
    func hash(_ password: String) async throws(UserAPIError) -> PasswordHash {
        try await reading { () async throws(AccountsError) in try await authenticator.hash(password: password) }
    }

    // MARK: Roles

    /// The role of that name, byte by byte.
    func role(named name: String) async throws(UserAPIError) -> Role {
        guard let role = try await roles().first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
            throw UserAPIError(.unknownRole, "There is no role of this name.", .userRole)
        }
        return role
    }

    /// All roles of the group, in the order of their names.
    func roles() async throws(UserAPIError) -> [Role] {
        try await reading { () async throws(AccountsError) in try await store.roles(of: partnerID) }
    }

    /// How many users have each role, where there are any.
    func roleUse() async throws(UserAPIError) -> [Role.ID: Int] {
        try await reading { () async throws(AccountsError) in try await store.roleUse(in: partnerID) }
    }

    /// The answer that shows one user.
    func answer(_ user: User) async throws(UserAPIError) -> [UInt8] {
        let role = user.roleID == nil ? nil : try await roles().first { $0.id == user.roleID }
        return UserAPIAnswer.ok { xml in UserAPIAnswer.add(user, role: role?.name ?? "", to: &xml) }
    }

    // MARK: Helpers

    private func taken(by user: User) async -> UserAPIError {
        guard let partnerUserID = user.partnerUserID,
            let other = try? await find(.partner(partnerID, partnerUserID)), other.id != user.id
        else { return .taken(.userAddress) }
        return .taken(.partnerUserID)
    }

    private func find(_ key: AccountReference) async throws(UserAPIError) -> User? {
        let snapshot = try await reading { () async throws(AccountsError) in
            try await store.snapshot(of: key, at: now)
        }
        guard let user = snapshot?.user, user.state != .deleted else { return nil }
        return user
    }

    private func reading<Value: Sendable>(
        _ body: () async throws(AccountsError) -> Value
    ) async throws(UserAPIError) -> Value {
        do {
            return try await body()
        } catch {
            throw UserAPIError(error)
        }
    }
}
