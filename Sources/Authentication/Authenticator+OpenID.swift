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
    /// The user is the one whose PartnerUserId the configured claim holds, byte by byte. The token is not used up.
    ///
    /// - Parameters:
    ///   - token: A JWT in compact form, at most 16 KiB.
    ///   - attempt: When, from where, what for.
    /// - Returns: The decision, which is in the audit already.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func authenticate(openIDToken token: String, attempt: Attempt) async throws(AccountsError) -> Decision {
        switch try await check(openIDToken: token, attempt: attempt) {
        case .refused(let reason):
            return .refused(reason)
        case .vouched(let voucher):
            let provider = voucher.provider
            let claim = Claim(
                partnerID: provider.partnerID,
                actor: voucher.partnerUserID.text,
                kind: Self.openIDKind
            )
            return try await decide(on: .partner(provider.partnerID, voucher.partnerUserID), claim, attempt)
        }
    }

    /// Checks a token of an identity provider, and decides nothing about the user for whom it vouches.
    ///
    /// - Parameters:
    ///   - token: A JWT in compact form, at most 16 KiB.
    ///   - attempt: When, from where, what for.
    /// - Returns: For whom it vouches, or why it is refused; a refusal is in the audit already.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func check(openIDToken token: String, attempt: Attempt) async throws(AccountsError) -> OpenIDCheck {
        let claim = Claim(kind: Self.openIDKind)
        guard let issuer = OpenIDClaims.claimedIssuer(of: token) else {
            return try await refuse(.malformed, claim, attempt).check
        }
        for provider in try await store.identityProviders(issuer: issuer) {
            guard let keys = try? await VerificationKeys.of(keySet: provider.keySet),
                let payload = try? keys.payload(of: token), let claims = OpenIDClaims(payload: payload),
                claims.issuer == provider.issuer, claims.audiences.contains(provider.audience)
            else { continue }
            return try await check(claims, of: token, by: provider, attempt)
        }
        return try await refuse(.wrongSignature, claim, attempt).check
    }

    private func check(
        _ claims: OpenIDClaims,
        of token: String,
        by provider: IdentityProvider,
        _ attempt: Attempt
    ) async throws(AccountsError) -> OpenIDCheck {
        let claim = Claim(partnerID: provider.partnerID, kind: Self.openIDKind)
        guard attempt.seconds < claims.expires,
            attempt.seconds + verifier.clockTolerance >= claims.notBefore ?? .min
        else { return try await refuse(.expired, claim, attempt).check }
        guard let text = claims.texts[provider.userClaim], let partnerUserID = try? PartnerUserID(parsing: text) else {
            return try await refuse(.unknownUser, in: provider.partnerID, attempt: attempt).check
        }
        return .vouched(OpenIDVoucher(claims, of: token, by: provider, for: partnerUserID))
    }

    /// The provider that a token claims to be of, unverified: it says whose pages may frame a refusal.
    ///
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func claimedProvider(ofToken token: String) async throws(AccountsError) -> IdentityProvider? {
        guard let claims = OpenIDClaims.claimed(by: token) else { return nil }
        return try await store.identityProviders(issuer: claims.issuer)
            .first { claims.audiences.contains($0.audience) }
    }

    private static let openIDKind = "OpenID token"
}

extension Decision {
    /// The refusal as the outcome of a check.
    fileprivate var check: OpenIDCheck {
        switch self {
        case .granted: .refused(.invalidToken)
        case .refused(let reason): .refused(reason)
        }
    }
}
