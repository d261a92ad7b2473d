package import Accounts

// What an identity provider changes about its users when they sign in.

extension UserAdministration {
    /// Whether a provider decides on a user's role: administrators keep theirs, and nothing is changed of users who may not
    /// sign in.
    package static func isRoleFromProvider(of user: User) -> Bool {
        user.state == .active && !user.isAdministrator
    }

    /// Adds a user who signs in for the first time, and who is no administrator.
    ///
    /// - Parameters:
    ///   - user: As the provider describes them.
    ///   - issuer: The provider, for the audit.
    /// - Returns: The user with what the store has given.
    /// - Throws: As ``carryOut(_:)-(UserChange)``.
    package func enrol(_ user: User, by issuer: String) async throws(AccountsError) -> User {
        let event = administrator.event("user \(user.username) made at the first sign-in, as \(issuer) says")
        return try await carryOut(UserChange(.create, newcomer(user), recording: event))
    }

    /// Gives a user the role of their groups at the provider, where that decides on it.
    ///
    /// - Parameters:
    ///   - role: The role; `nil` for none.
    ///   - user: As they were read.
    ///   - issuer: The provider, for the audit.
    /// - Throws: ``AccountsError/Code/versionConflict`` if somebody else has changed or deleted the user meanwhile; and
    ///   ``AccountsError/Code/notFound`` for an unknown role.
    package func assign(_ role: Role?, to user: User, by issuer: String) async throws(AccountsError) {
        guard Self.isRoleFromProvider(of: user), user.roleID != role?.id else { return }
        var wanted = user
        wanted.roleID = role?.id
        let event = administrator.event("user \(user.username) has the role \(role?.name ?? ""), as \(issuer) says")
        // The version is that of an active user: nobody who was deleted comes back by it.
        try await store.updateUser(wanted, recording: event)
    }
}
