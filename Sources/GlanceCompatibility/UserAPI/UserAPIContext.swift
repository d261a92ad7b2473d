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

    /// Writes one change with what the audit says of it, and returns the user with what the store has given.
    func change(_ kind: UserChange.Kind, _ user: User, _ detail: String) async throws(UserAPIError) -> User {
        let change = UserChange(kind, user, recording: administration.event(detail))
        let results = try await reading { () async throws(AccountsError) in try await store.changeUsers([change]) }
        switch results.first {
        case .success(let user): return user
        case .failure(let error) where error.code == .alreadyExists: throw await taken(by: user)
        case .failure(let error): throw UserAPIError(error)
        case nil: throw UserAPIError(AnswerError.unavailable)
        }
    }

    /// Keeps administrators from locking themselves out.
    func requireOther(than user: User) throws(UserAPIError) {
        guard user.id != administration.grant.user.id else {
            throw UserAPIError(.ownAccount, "An administrator cannot suspend or delete themselves.", .partnerUserID)
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
