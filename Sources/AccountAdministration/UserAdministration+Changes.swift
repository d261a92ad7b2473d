package import Accounts

extension UserAdministration {
    /// Adds a user.
    ///
    /// - Returns: The user with what the store has given.
    /// - Throws: As ``carryOut(_:)-(UserChange)``.
    package func add(_ user: User) async throws(AccountsError) -> User {
        try await carryOut(addition(of: user))
    }

    /// Adds the users of an import, all or none.
    ///
    /// - Returns: The users with what the store has given.
    /// - Throws: ``AccountsError/Code/alreadyExists``, ``AccountsError/Code/invalidField``, naming the user.
    package func add(_ users: [User]) async throws(AccountsError) -> [User] {
        let event = administrator.event("\(users.count) users imported")
        return try await store.createUsers(users.map { newcomer($0) }, recording: event)
    }

    /// Carries a change out.
    ///
    /// - Returns: The user with what the store has given: id, times and version.
    /// - Throws: ``AccountsError/Code/versionConflict`` if somebody else has changed the user meanwhile; and
    ///   ``AccountsError/Code/notFound``, ``AccountsError/Code/alreadyExists``, ``AccountsError/Code/invalidField``.
    @discardableResult
    package func carryOut(_ change: UserChange) async throws(AccountsError) -> User {
        // Only the operator brings back a deleted user.
        if administrator.isOperator, change.kind == .update {
            return try await store.updateUser(change.user, recording: change.event)
        }
        guard let result = try await carryOut([change]).first else {
            throw AccountsError(code: .storeUnavailable, message: "the store has not answered")
        }
        return try result.get()
    }

    /// Carries out changes to one group's users together, in their order.
    ///
    /// - Returns: What became of each: one that fails leaves the others alone, with the errors of
    ///   ``carryOut(_:)-(UserChange)``.
    /// - Throws: ``AccountsError/Code/storeUnavailable``; then nothing was changed.
    package func carryOut(_ changes: [UserChange]) async throws(AccountsError) -> [Result<User, AccountsError>] {
        guard !changes.isEmpty else { return [] }
        return try await store.changeUsers(changes)
    }

    /// Reads a user and changes them; again if somebody else was faster, so that no change is lost.
    ///
    /// - Parameters:
    ///   - find: Reads the user.
    ///   - change: Makes of them what is wanted.
    /// - Returns: The user as they are stored.
    /// - Throws: What `find` and `change` throw, and as ``change(of:to:)`` and ``carryOut(_:)-(UserChange)``.
    package func update(
        _ find: () async throws -> User,
        _ change: (inout User) async throws -> Void
    ) async throws -> User {
        try await OptimisticChange.run {
            let user = try await find()
            var wanted = user
            try await change(&wanted)
            guard let planned = try self.change(of: user, to: wanted) else { return user }
            return try await carryOut(planned)
        }
    }

    /// Reads a user and deletes them; again if somebody else was faster.
    ///
    /// - Throws: What `find` throws, and as ``deletion(of:)`` and ``carryOut(_:)-(UserChange)``.
    package func delete(_ find: () async throws -> User) async throws -> User {
        try await OptimisticChange.run { try await carryOut(try deletion(of: try await find())) }
    }
}
