package import Accounts
internal import Crypto
internal import LoginKey
internal import ServiceTokens

extension Authenticator {
    /// Whether a token says that somebody else has made it.
    package func isForeign(_ token: String) -> Bool {
        OpenIDClaims.claimedIssuer(of: token).map { $0 != AuthClaims.issuer } ?? false
    }

    /// Decides on a token of an identity provider that vouches for a group's users.
    ///
    /// The user is the one whom the configured claim names.
    ///
    /// - Parameters:
    ///   - token: A JWT in compact form, at most 16 KiB.
    ///   - isSpent: Whether it is used up by this.
    ///   - attempt: When, from where, what for.
    /// - Returns: The decision, which is in the audit already.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func authenticate(
        openIDToken token: String,
        isSpent: Bool = false,
        attempt: Attempt
    ) async throws(AccountsError) -> Decision {
        let claim = Claim(kind: "OpenID token")
        guard let issuer = OpenIDClaims.claimedIssuer(of: token) else {
            return try await refuse(.malformed, claim, attempt)
        }
        for provider in try await store.identityProviders(issuer: issuer) {
            guard let payload = await verifiedPayload(of: token, provider, attempt),
                let claims = Self.claims(payload, provider)
            else { continue }
            let digest = Array(SHA256.hash(data: Array(token.utf8)))
            let spent = SpentCredential(identity: digest, window: 0, forgetAt: claims.expires + 3600)
            return try await decide(on: claims, of: provider, spending: isSpent ? spent : nil, attempt)
        }
        return try await refuse(.wrongSignature, claim, attempt)
    }

    private func decide(
        on claims: OpenIDClaims,
        of provider: IdentityProvider,
        spending spent: SpentCredential?,
        _ attempt: Attempt
    ) async throws(AccountsError) -> Decision {
        let claim = Claim(partnerID: provider.partnerID, kind: "OpenID token")
        guard isCurrent(claims, attempt) else { return try await refuse(.expired, claim, attempt) }
        return try await decide(on: try await user(named: claims, of: provider), claim, attempt, spending: spent)
    }

    /// The payload of a token that one of a provider's keys has signed.
    ///
    /// A signature that does not fit the stored keys may have been made with a newer one: the provider is asked.
    func verifiedPayload(of token: String, _ provider: IdentityProvider, _ attempt: Attempt) async -> [UInt8]? {
        if let payload = await Self.payload(of: token, provider) { return payload }
        guard VerificationKeys.canCheck(token),
            let fresh = await refresher?.refreshed(provider, at: attempt.time, attempt.correlationID)
        else { return nil }
        return await Self.payload(of: token, fresh)
    }

    private static func payload(of token: String, _ provider: IdentityProvider) async -> [UInt8]? {
        try? await VerificationKeys.of(keySet: provider.keySet).payload(of: token)
    }

    /// The claims of a payload that a provider has made for us; their times are not checked.
    static func claims(_ payload: [UInt8], _ provider: IdentityProvider) -> OpenIDClaims? {
        OpenIDClaims(payload: payload)
            .flatMap { $0.issuer == provider.issuer && $0.audiences.contains(provider.audience) ? $0 : nil }
    }

    /// Whether claims hold now.
    func isCurrent(_ claims: OpenIDClaims, _ attempt: Attempt) -> Bool {
        let latest = attempt.seconds + verifier.clockTolerance
        return attempt.seconds < claims.expires && latest >= claims.notBefore ?? .min
            && latest >= claims.issuedAt ?? .min
    }
}
