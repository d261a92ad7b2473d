package import Accounts
internal import LoginKey
internal import ServiceTokens

extension Authenticator {
    /// Whether a token says that somebody else made it.
    package func isForeign(_ token: String) -> Bool {
        OpenIDClaims.claimedIssuer(of: token).map { $0 != AuthClaims.issuer } ?? false
    }

    /// Decides on a token of an identity provider that vouches for a group's users.
    ///
    /// The user is the one whom the configured claim names.
    ///
    /// - Parameters:
    ///   - token: A JWT in compact form, at most 16 KiB.
    ///   - isSpent: Whether this uses it up.
    ///   - attempt: When, from where, what for.
    /// - Returns: The decision, which is already in the audit.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func authenticate(
        openIDToken token: String,
        isSpent: Bool = false,
        attempt: Attempt
    ) async throws(AccountsError) -> Decision {
        switch try await check(openIDToken: token, attempt: attempt) {
        case .refused(let reason):
            return .refused(reason)
        case .vouched(let voucher):
            let claim = Claim(partnerID: voucher.provider.partnerID, kind: Self.openIDKind)
            return try await decide(on: voucher.user, claim, attempt, spending: isSpent ? voucher.spent : nil)
        }
    }

    /// Checks a token of an identity provider, and decides nothing about the user it vouches for.
    ///
    /// - Parameters:
    ///   - token: A JWT in compact form, at most 16 KiB.
    ///   - attempt: When, from where, what for.
    /// - Returns: Whom it vouches for, or why it is refused; a refusal is already in the audit.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func check(openIDToken token: String, attempt: Attempt) async throws(AccountsError) -> OpenIDCheck {
        let claim = Claim(kind: Self.openIDKind)
        var fault = ProviderTokenFault.notAToken
        if let issuer = OpenIDClaims.claimedIssuer(of: token) {
            fault = .unknownIssuer
            for provider in try await store.identityProviders(issuer: issuer) where provider.saml == nil {
                let claims: OpenIDClaims
                do {
                    claims = try await self.claims(of: token, by: provider, attempt)
                } catch {
                    fault = max(fault, error)
                    continue
                }
                return try await check(claims, of: token, by: provider, attempt)
            }
        }
        return try await refuse(because: .invalidToken, claim, attempt, detail: fault.description).check
    }

    private func check(
        _ claims: OpenIDClaims,
        of token: String,
        by provider: IdentityProvider,
        _ attempt: Attempt
    ) async throws(AccountsError) -> OpenIDCheck {
        let claim = Claim(partnerID: provider.partnerID, kind: Self.openIDKind)
        guard isCurrent(claims, attempt) else { return try await refuse(because: .expiredToken, claim, attempt).check }
        let user = try await user(named: UserClaims(claims), of: provider)
        guard user.objection == nil else { return try await decide(on: user, claim, attempt, spending: nil).check }
        let known = try await store.snapshot(of: user.reference, at: attempt.seconds)?.user?.partnerUserID
        return .vouched(OpenIDVoucher(claims, of: token, by: provider, for: user, known))
    }

    /// The provider that a token claims to come from, unverified: it says whose pages may frame a refusal.
    ///
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func claimedProvider(ofToken token: String) async throws(AccountsError) -> IdentityProvider? {
        guard let claims = OpenIDClaims.claimed(by: token) else { return nil }
        return try await store.identityProviders(issuer: claims.issuer)
            .first { claims.audiences.contains($0.audience) }
    }

    private static let openIDKind = "OpenID token"

    /// The claims of a token that a provider has made for us, and signed; their times are not checked.
    func claims(
        of token: String,
        by provider: IdentityProvider,
        _ attempt: Attempt
    ) async throws(ProviderTokenFault) -> OpenIDClaims {
        let payload = try await verifiedPayload(of: token, provider, attempt)
        guard let claims = OpenIDClaims(payload: payload) else { throw .missingClaims }
        guard claims.issuer == provider.issuer else { throw .otherIssuer }
        guard claims.audiences.contains(provider.audience) else { throw .otherAudience }
        return claims
    }

    /// The payload of a token that one of a provider's keys has signed.
    ///
    /// A signature that does not match the stored keys may have been made with a newer one: the provider is asked.
    private func verifiedPayload(
        of token: String,
        _ provider: IdentityProvider,
        _ attempt: Attempt
    ) async throws(ProviderTokenFault) -> [UInt8] {
        do {
            return try await Self.payload(of: token, provider)
        } catch {
            guard error.mayBeOfNewKey,
                let fresh = await refresher?.refreshed(provider, at: attempt.time, attempt.correlationID)
            else { throw error }
            return try await Self.payload(of: token, fresh)
        }
    }

    private static func payload(
        of token: String,
        _ provider: IdentityProvider
    ) async throws(ProviderTokenFault) -> [UInt8] {
        guard let keys = try? await VerificationKeys.of(keySet: provider.keySet) else { throw .unreadableKeys }
        return try keys.payload(of: token)
    }

    /// Whether claims hold now.
    func isCurrent(_ claims: OpenIDClaims, _ attempt: Attempt) -> Bool {
        let latest = attempt.seconds + verifier.clockTolerance
        return attempt.seconds < claims.expires && latest >= claims.notBefore ?? .min
            && latest >= claims.issuedAt ?? .min
    }
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
