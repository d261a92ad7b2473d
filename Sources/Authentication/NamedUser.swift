internal import Accounts
internal import LoginKey

/// The user whom a provider's claims name.
struct NamedUser: Sendable {
    /// The user; if nobody matches, the group is right.
    let reference: AccountReference
    /// As the claim spells it, for the audit; empty if it cannot be a name.
    let name: String
    /// Why nobody matches.
    let objection: (RefusalReason, String)?

    /// The PartnerUserId, if that is what the claim holds.
    var partnerUserID: PartnerUserID? {
        if case .partner(_, let id) = reference, objection == nil { id } else { nil }
    }
}

extension Authenticator {
    /// Finds the user whom the configured claim names, in the provider's group only.
    func user(named claims: UserClaims, of provider: IdentityProvider) async throws(AccountsError) -> NamedUser {
        guard let text = claims.texts[provider.userClaim], !text.isEmpty else {
            return nobody(provider, "", .unknownUser, "there is no text in the claim \(provider.userClaim)")
        }
        switch provider.userField {
        case .partnerUserID:
            guard let id = try? PartnerUserID(parsing: text) else {
                return nobody(provider, "", .unknownUser, "the claim \(provider.userClaim) is no PartnerUserId")
            }
            return NamedUser(reference: .partner(provider.partnerID, id), name: text, objection: nil)
        case .username: return try await user(username: text, provider)
        case .email: return try await user(email: text, isVerified: claims.isEmailVerified, provider)
        }
    }

    private func user(username text: String, _ provider: IdentityProvider) async throws(AccountsError) -> NamedUser {
        guard let username = try? Username(parsing: text) else {
            return nobody(provider, "", .unknownUser, "the claim \(provider.userClaim) is no user name")
        }
        guard let user = try await store.snapshot(of: .username(username), at: 0)?.user else {
            return nobody(provider, username.text, .unknownUser, "")
        }
        guard user.partnerID == provider.partnerID else { return nobody(provider, username.text, .wrongGroup, "") }
        return NamedUser(reference: .person(provider.partnerID, user.id), name: username.text, objection: nil)
    }

    private func user(
        email text: String,
        isVerified: Bool?,
        _ provider: IdentityProvider
    ) async throws(AccountsError) -> NamedUser {
        guard (try? Provisioning.check(text, field: "email", limit: 127)) != nil else {
            return nobody(provider, "", .unknownUser, "the claim \(provider.userClaim) is no e-mail address")
        }
        guard isVerified != false else {
            return nobody(provider, text, .unverifiedEmail, "")
        }
        let query = UserQuery(filter: .text(.email, .equals, text), limit: 2)
        let users = try await store.users(matching: query, of: provider.partnerID).users
        guard let user = users.first else { return nobody(provider, text, .unknownUser, "") }
        guard users.count == 1 else { return nobody(provider, text, .ambiguousUser, "") }
        return NamedUser(reference: .person(provider.partnerID, user.id), name: text, objection: nil)
    }

    private func nobody(
        _ provider: IdentityProvider,
        _ name: String,
        _ reason: RefusalReason,
        _ detail: String
    ) -> NamedUser {
        NamedUser(
            reference: .partner(provider.partnerID, dummy.partnerUserID),
            name: name,
            objection: (reason, detail)
        )
    }

    /// Decides on a user whom a provider has vouched for.
    func decide(
        on user: NamedUser,
        _ claim: Claim,
        _ attempt: Attempt,
        spending spent: SpentCredential?
    ) async throws(AccountsError) -> Decision {
        var claim = claim
        claim.actor = user.name
        let objection = user.objection
        return try await decide(on: user.reference, claim, attempt, spending: spent, objection: { objection })
    }
}
