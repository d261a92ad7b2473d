package import Accounts
internal import LoginKey
internal import ServiceTokens

extension Authenticator {
    /// Whether a token says that somebody else has made it.
    package func isForeign(_ token: String) -> Bool {
        OpenIDClaims.claimedIssuer(of: token).map { $0 != AuthClaims.issuer } ?? false
    }

    /// Decides on a token of an identity provider that vouches for a group's users.
    ///
    /// The user is the one whose PartnerUserId the configured claim holds, byte by byte.
    ///
    /// - Parameters:
    ///   - token: A JWT in compact form, at most 16 KiB.
    ///   - attempt: When, from where, what for.
    /// - Returns: The decision, which is in the audit already.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func authenticate(openIDToken token: String, attempt: Attempt) async throws(AccountsError) -> Decision {
        let claim = Claim(kind: "OpenID token")
        guard let issuer = OpenIDClaims.claimedIssuer(of: token) else {
            return try await refuse(.malformed, claim, attempt)
        }
        for provider in try await store.identityProviders(issuer: issuer) {
            guard let keys = try? await VerificationKeys.of(keySet: provider.keySet),
                let payload = try? keys.payload(of: token), let claims = OpenIDClaims(payload: payload),
                claims.issuer == provider.issuer, claims.audiences.contains(provider.audience)
            else { continue }
            return try await decide(on: claims, of: provider, attempt)
        }
        return try await refuse(.wrongSignature, claim, attempt)
    }

    private func decide(
        on claims: OpenIDClaims,
        of provider: IdentityProvider,
        _ attempt: Attempt
    ) async throws(AccountsError) -> Decision {
        var claim = Claim(partnerID: provider.partnerID, kind: "OpenID token")
        guard attempt.seconds < claims.expires,
            attempt.seconds + verifier.clockTolerance >= claims.notBefore ?? .min
        else { return try await refuse(.expired, claim, attempt) }
        guard let text = claims.texts[provider.userClaim], let partnerUserID = try? PartnerUserID(parsing: text) else {
            return try await refuse(.unknownUser, in: provider.partnerID, attempt: attempt)
        }
        claim.actor = partnerUserID.text
        return try await decide(on: .partner(provider.partnerID, partnerUserID), claim, attempt)
    }
}
