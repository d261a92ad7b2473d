package import Accounts

extension UserAdministration {
    /// Carries a change out.
    ///
    /// - Returns: The user with what the store has given: id, times and version.
    /// - Throws: ``AccountsError/Code/versionConflict`` if somebody else has changed the user meanwhile; and
    ///   ``AccountsError/Code/notFound``, ``AccountsError/Code/alreadyExists``, ``AccountsError/Code/invalidField``.
    @discardableResult
    package func carryOut(_ change: UserChange) async throws(AccountsError) -> User {
        // A deleted user comes back by the operator's hand alone.
        if administrator.isOperator, change.kind == .update {
            return try await store.updateUser(change.user, recording: change.event)
        }
        guard let result = try await store.changeUsers([change]).first else {
            throw AccountsError(code: .storeUnavailable, message: "the store has not answered")
        }
        return try result.get()
    }

    /// Reads a user and changes them; anew when somebody else was faster, so that no change is lost.
    ///
    /// - Parameters:
    ///   - find: Reads the user.
    ///   - change: Makes of them what is wanted.
    /// - Returns: The user as they are stored.
    /// - Throws: What `find` and `change` throw, and as ``change(of:to:)`` and ``carryOut(_:)``.
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

    /// Reads a user and deletes them; anew when somebody else was faster.
    ///
    /// - Throws: What `find` throws, and as ``deletion(of:)`` and ``carryOut(_:)``.
    package func delete(_ find: () async throws -> User) async throws -> User {
        try await OptimisticChange.run { try await carryOut(try deletion(of: try await find())) }
    }
}
