/// What the store knows at one moment about whoever the credentials name.
package struct AccountSnapshot: Sendable {
    /// The group.
    package var group: Group
    /// The API keys of the group that are valid or ended recently (``APIKeyRecord/isRemembered(at:)``), newest first.
    package var apiKeys: [APIKeyRecord]
    /// The user; `nil` if the group has no such user.
    package var user: User?
    /// The user's role, if any.
    package var role: Role?

    /// Makes a snapshot.
    package init(group: Group, apiKeys: [APIKeyRecord], user: User?, role: Role?) {
        self.group = group
        self.apiKeys = apiKeys
        self.user = user
        self.role = role
    }

    /// Whether a sign-in still counts: it does until its API key is revoked or its password has changed
    /// (`docs/threats.md#rotation`, `docs/threats.md#password-reset`).
    ///
    /// - Parameter root: `nil` for a sign-in that depends on neither, which always counts.
    /// - Returns: `false` also for a key that is no longer remembered.
    package func trusts(_ root: SignInRoot?) -> Bool {
        switch root {
        case nil: true
        case .apiKey(let id): apiKeys.contains { $0.id == id && !$0.isRevoked }
        case .password(let mark): user?.passwordHash.map(PasswordMark.init) == mark
        }
    }

    /// What the user may do: the group's privileges, narrowed by the role if there is one.
    package var effectivePrivileges: PrivilegeSet {
        guard let role else { return group.privileges }
        return group.privileges.intersection(role.privileges)
    }
}
