/// What the store knows at one moment about whoever the credentials name.
public struct AccountSnapshot: Sendable {
    /// The group.
    public var group: Group
    /// The API keys of the group that are valid or ended lately (``APIKeyRecord/isRemembered(at:)``), newest first.
    public var apiKeys: [APIKeyRecord]
    /// The user; `nil` if the group has no such user.
    public var user: User?
    /// The user's role, if any.
    public var role: Role?

    /// Makes a snapshot.
    public init(group: Group, apiKeys: [APIKeyRecord], user: User?, role: Role?) {
        self.group = group
        self.apiKeys = apiKeys
        self.user = user
        self.role = role
    }

    /// What the user may do: the group's privileges, narrowed by the role if there is one.
    public var effectivePrivileges: PrivilegeSet {
        guard let role else { return group.privileges }
        return group.privileges.intersection(role.privileges)
    }
}
