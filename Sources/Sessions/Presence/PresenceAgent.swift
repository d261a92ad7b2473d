package import Accounts
package import LoginKey

/// What an agent's connection presents to be let in.
package struct AgentCredentials: Sendable {
    /// The agent's token.
    package let token: String
    /// The group that the connection names: the agent must be in it.
    package let partnerID: PartnerID
    /// The address it comes from.
    package let source: String
    /// The page it comes from; `nil` for programs.
    package let origin: Origin?
}

/// An agent who was let in to see who is present, and what that right depends on.
package struct PresenceAgent: Sendable {
    /// The group; the agent sees only its visitors.
    package let partnerID: PartnerID
    /// The agent.
    package let userID: User.ID
    /// What the agent's sign-in depends on; `nil` if neither an API key nor a password.
    package let root: SignInRoot?
    /// The privileges without which the agent would not have been let in.
    package let required: PrivilegeSet
    /// The foreign page that the connection comes from, which the group must list; `nil` for a program or our own page.
    package let origin: Origin?
    /// When the token ends, in Unix seconds.
    package let endsAt: Int64

    /// Describes an agent.
    package init(
        partnerID: PartnerID,
        userID: User.ID,
        root: SignInRoot?,
        required: PrivilegeSet,
        origin: Origin?,
        endsAt: Int64
    ) {
        self.partnerID = partnerID
        self.userID = userID
        self.root = root
        self.required = required
        self.origin = origin
        self.endsAt = endsAt
    }

    /// Whether what the right depends on still holds (`docs/threats.md#rotation` and `docs/threats.md#suspended`).
    package func mayStay(_ snapshot: AccountSnapshot, at now: Int64) -> Bool {
        now < endsAt && snapshot.user?.state == .active && snapshot.trusts(root)
            && snapshot.effectivePrivileges.isSuperset(of: required)
            && origin.map(snapshot.group.embeddingOrigins.contains) ?? true
    }
}
