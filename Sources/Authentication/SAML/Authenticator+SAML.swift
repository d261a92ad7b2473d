package import Accounts
internal import Crypto
internal import LoginKey
internal import ServiceTokens
internal import WireCodec

// Sign-in with a SAML provider: what a browser brings back from it (SAML profiles section 4.1).

extension Authenticator {
    /// Decides on what a browser has brought back from a SAML provider.
    ///
    /// A separate program checks the signatures; whom the assertion is for, and when, is checked here. Any decision uses
    /// up a valid assertion, and also a visit that led to nothing.
    ///
    /// - Parameters:
    ///   - answer: What has come.
    ///   - attempt: When, from where, what for.
    /// - Returns: The decision, which is already in the audit.
    /// - Throws: ``AccountsError/Code/storeUnavailable``, or ``AccountsError/Code/busy`` when too many wait.
    package func authenticate(_ answer: SAMLAnswer, attempt: Attempt) async throws(AccountsError) -> Decision {
        let claim = Claim(partnerID: answer.partnerID, kind: "SAML")
        let provider = try await store.identityProviders(of: answer.partnerID)
            .first { $0.saml != nil && $0.signIn != nil && $0.callbackName == answer.callbackName }
        guard let provider, let saml = provider.saml else {
            return try await decide(.wrongProvider, "it is not connected", nil, claim, attempt)
        }
        if let visit = answer.visit {
            guard visit.groupID == provider.partnerID.text, visit.issuer == provider.issuer,
                visit.audience == provider.audience
            else { return try await decide(.wrongProvider, "it is of another provider", nil, claim, attempt) }
            guard attempt.seconds < visit.ends else { return try await decide(.expiredToken, "", nil, claim, attempt) }
        } else {
            guard saml.allowsUnsolicited else { return try await decide(.unknownVisit, "", nil, claim, attempt) }
        }
        return try await decide(on: answer, of: provider, saml, claim, attempt)
            .mapGrant { $0.correlationID = attempt.correlationID }
    }

    private func decide(
        on answer: SAMLAnswer,
        of provider: IdentityProvider,
        _ saml: SAMLTrust,
        _ claim: Claim,
        _ attempt: Attempt
    ) async throws(AccountsError) -> Decision {
        let spent = answer.visit.map {
            SpentCredential(identity: Array($0.state.utf8), window: 0, forgetAt: $0.ends + 3600)
        }
        let claims: SAMLClaims
        switch try await reading(answer, provider, saml, attempt) {
        case .said(let said): claims = said
        case .refused(let detail): return try await decide(.invalidToken, detail, spent, claim, attempt)
        case .unavailable(let detail): return try await decide(.providerUnavailable, detail, nil, claim, attempt)
        }
        let expectation = SAMLExpectation(
            provider: provider,
            ownAddress: answer.ownAddress,
            requestID: answer.visit.map(SAMLRequest.id),
            now: attempt.seconds,
            tolerance: verifier.clockTolerance
        )
        let accepted: SAMLExpectation.Acceptance
        do throws(SAMLExpectation.Objection) {
            accepted = try expectation.check(claims)
        } catch {
            return try await decide(error.reason, error.detail, spent, claim, attempt)
        }
        let key = Self.spent(accepted, provider)
        let user = try await user(named: UserClaims(accepted.assertion), spending: key, of: provider, attempt)
        return try await decide(on: user, claim, attempt, spending: key)
    }

    /// Whom an assertion names.
    ///
    /// One that was used before is refused by the decision, and changes nobody before it.
    private func user(
        named claims: UserClaims,
        spending key: SpentCredential,
        of provider: IdentityProvider,
        _ attempt: Attempt
    ) async throws(AccountsError) -> NamedUser {
        guard try await store.firstUse(of: key) == nil else { return try await user(named: claims, of: provider) }
        return try await enrolledUser(named: claims, of: provider, attempt)
    }

    private func reading(
        _ answer: SAMLAnswer,
        _ provider: IdentityProvider,
        _ saml: SAMLTrust,
        _ attempt: Attempt
    ) async throws(AccountsError) -> SAMLReading {
        guard let reader else { return .unavailable("the program that checks signatures is missing") }
        guard !answer.response.isEmpty else { return .refused("there is no response") }
        return try await samlResponses.run(
            group: provider.partnerID.text,
            source: SourceNetwork.name(of: attempt.source)
        ) {
            reader.read(answer.response, certificates: saml.certificates)
        }
    }

    /// The assertion, to be used up: identified by its `ID` from this issuer for us.
    private static func spent(
        _ accepted: SAMLExpectation.Acceptance,
        _ provider: IdentityProvider
    ) -> SpentCredential {
        let name = ["assertion", provider.issuer, provider.audience, accepted.id].joined(separator: "\n")
        return SpentCredential(
            identity: Array(SHA256.hash(data: Array(name.utf8))),
            window: 0,
            forgetAt: accepted.ends + 3600
        )
    }

    private func decide(
        _ reason: RefusalReason,
        _ detail: String,
        _ spent: SpentCredential?,
        _ claim: Claim,
        _ attempt: Attempt
    ) async throws(AccountsError) -> Decision {
        let nobody = AccountReference.partner(claim.partnerID ?? dummy.partnerID, dummy.partnerUserID)
        let user = NamedUser(reference: nobody, name: "", objection: (reason, detail))
        return try await decide(on: user, claim, attempt, spending: spent)
    }
}
