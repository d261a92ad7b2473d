internal import AccountAdministration
package import Accounts
internal import LoginKey

extension Authenticator {
    /// Decides whether a program that acts for an administrator gets a link that signs an agent of the group in.
    ///
    /// This signs nobody in: the ticket in the link is decided on when it is opened.
    ///
    /// - Parameters:
    ///   - agent: Who is to open the link.
    ///   - administrator: Whom the program acts for; the agent must be of the same group.
    ///   - target: Where the link leads, for the audit.
    ///   - attempt: When, from where; what it requires, it requires of the agent.
    /// - Returns: The agent's grant, or the refusal; both are already in the audit.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func authorizeLink(
        for agent: AccountReference,
        by administrator: Grant,
        to target: String,
        attempt: Attempt
    ) async throws(AccountsError) -> Decision {
        var attempt = attempt
        attempt.onlyGroup = administrator.group.partnerID
        attempt.mustBeAdministrator = false
        let snapshot = try await store.snapshot(of: agent, at: attempt.seconds)
        var claim = Claim(partnerID: attempt.onlyGroup, actor: agent.actor, kind: "agent link")
        // Nobody can make their own sign-in outlive what it depends on.
        if snapshot?.user?.id == administrator.user.id { claim.root = administrator.root }
        let outcome = snapshot.map { admit($0, claim, attempt) } ?? refusal(.unknownUser, claim, attempt)
        let granted = AdministrationContext(administrator, attempt, by: attempt.purpose)
            .administrator.event("link to \(target) for \(agent.actor)")
        try await store.append([outcome.value.grant == nil ? outcome.event : granted])
        return outcome.value
    }
}

extension AccountReference {
    /// How the audit calls the user.
    fileprivate var actor: String {
        switch self {
        case .partner(_, let partnerUserID): partnerUserID.text
        case .username(let username): username.text
        case .person(_, let id): "user \(id)"
        }
    }
}
