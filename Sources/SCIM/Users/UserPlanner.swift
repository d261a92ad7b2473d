internal import AccountAdministration
internal import Accounts
internal import Authentication
internal import WireCodec

/// Plans the changes of users that a client asks for.
struct UserPlanner: Sendable {
    let authenticator: Authenticator
    let administration: AdministrationContext
    let roles: RoleIndex
    let links: ResourceLinks

    /// The change that adds a user.
    ///
    /// - Throws: ``SCIMError``; ``AccountsError`` for a password that is not 8 to 49 characters long.
    func creation(_ document: JSONObject) async throws -> UserChange {
        var (user, password) = try UserReader(roles: roles).user(from: document, in: administration.partnerID)
        try await set(password, of: &user)
        return users.addition(of: user)
    }

    /// The change that gives a user all attributes anew; `nil` if they are what they were.
    ///
    /// - Throws: What ``creation(_:)`` throws, and ``AccountsError/Code/ownAccount``.
    func replacement(of user: User, by document: JSONObject) async throws -> UserChange? {
        var changed = user
        let password = try UserReader(roles: roles).apply(document, to: &changed)
        try await set(password, of: &changed)
        return try users.change(of: user, to: changed)
    }

    /// The change that operations make of a user; `nil` if they make none.
    ///
    /// - Throws: What ``replacement(of:by:)`` throws.
    func patch(of user: User, by steps: [Result<PatchOperation, SCIMError>]) async throws -> UserChange? {
        let start = UserPatch(UserDocument(user, role: roles[user.roleID], links: links).object)
        let reader = UserReader(roles: roles)
        let whole = Result { () throws(SCIMError) in
            var patch = start
            for step in steps {
                try patch.apply(step.get())
            }
            var changed = user
            _ = try reader.apply(patch.document, to: &changed)
            return patch
        }
        if case .success(let patch) = whole { return try await replacement(of: user, by: patch.document) }
        let partial = PartialPatch(start, of: user, by: steps, reader)
        guard var change = try await replacement(of: user, by: partial.patch.document), partial.mayStand(change.user)
        else {
            _ = try whole.get()
            return nil
        }
        change.event.detail += "; left out: \(partial.leftOut)"
        return change
    }

    /// The change that deletes a user.
    ///
    /// - Throws: ``AccountsError/Code/ownAccount``.
    func deletion(of user: User) throws(AccountsError) -> UserChange {
        try users.deletion(of: user)
    }

    /// The administrator's administration of users, which carries the changes out.
    var users: UserAdministration {
        UserAdministration(store: authenticator.store, by: administration.administrator)
    }

    private func set(_ password: UserReader.Password, of user: inout User) async throws(AccountsError) {
        switch password {
        case .unchanged: break
        case .cleared: user.passwordHash = nil
        case .set(let text): user.passwordHash = try await authenticator.hash(password: text)
        }
    }
}
