package import Accounts
internal import LoginKey
internal import ServiceTokens

// Sign-in with an identity provider: what a browser brings back from it.

extension Authenticator {
    /// Decides on what a browser has brought back from a provider.
    ///
    /// The code is redeemed, and the ID token checked as OpenID Connect Core section 3.1.3.7 says. A visit that has led
    /// to any decision is used up.
    ///
    /// - Parameters:
    ///   - answer: What has come.
    ///   - attempt: When, from where, what for.
    /// - Returns: The decision, which is already in the audit.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func authenticate(_ answer: ProviderAnswer, attempt: Attempt) async throws(AccountsError) -> Decision {
        var claim = Claim(kind: "OpenID Connect")
        guard let visit = answer.visit, visit.state == answer.state,
            let partnerID = try? PartnerID(parsing: visit.groupID)
        else { return try await refuse(because: .unknownVisit, claim, attempt) }
        claim.partnerID = partnerID
        guard attempt.seconds < visit.ends else { return try await refuse(because: .expiredToken, claim, attempt) }
        let spent = SpentCredential(identity: Array(visit.state.utf8), window: 0, forgetAt: visit.ends + 3600)
        let user: NamedUser
        do throws(Objection) {
            user = try await vouchedUser(answer, visit, attempt)
        } catch {
            switch error {
            case .failure(let error): throw error
            case .refusal(let reason, let detail):
                let nobody = AccountReference.partner(partnerID, dummy.partnerUserID)
                user = NamedUser(reference: nobody, name: "", objection: (reason, detail))
            }
        }
        return try await decide(on: user, claim, attempt, spending: spent)
            .mapGrant { $0.correlationID = attempt.correlationID }
    }

    /// Why no user is vouched for.
    private enum Objection: Error {
        case refusal(RefusalReason, String)
        case failure(AccountsError)
    }

    private func vouchedUser(
        _ answer: ProviderAnswer,
        _ visit: ProviderVisit,
        _ attempt: Attempt
    ) async throws(Objection) -> NamedUser {
        let provider = try await provider(of: visit)
        guard answer.callbackName == provider.callbackName else {
            throw .refusal(.wrongProvider, "the answer came to the address of another provider")
        }
        guard answer.issuer == provider.issuer || (answer.issuer == nil && provider.signIn?.namesItself == false) else {
            throw .refusal(.wrongProvider, answer.issuer == nil ? "iss is missing" : "iss does not match")
        }
        guard answer.error.isEmpty else { throw .refusal(.providerRefused, Self.code(answer.error)) }
        guard !answer.code.isEmpty, answer.code.utf8.count <= 4096 else {
            throw .refusal(.invalidToken, "there is no code")
        }
        let token = try await token(answer, visit, provider)
        let claims: OpenIDClaims
        do {
            claims = try await self.claims(of: token, by: provider, attempt)
        } catch {
            throw .refusal(.invalidToken, error.description)
        }
        try check(claims, visit, attempt)
        do {
            return try await enrolledUser(named: UserClaims(claims), of: provider, attempt)
        } catch {
            throw .failure(error)
        }
    }

    private func provider(of visit: ProviderVisit) async throws(Objection) -> IdentityProvider {
        let providers: [IdentityProvider]
        do {
            providers = try await store.identityProviders(issuer: visit.issuer)
        } catch {
            throw .failure(error)
        }
        let provider = providers.first {
            $0.partnerID.text == visit.groupID && $0.audience == visit.audience && $0.signIn != nil && $0.saml == nil
        }
        guard let provider else { throw .refusal(.wrongProvider, "it is not connected any more") }
        return provider
    }

    private func token(
        _ answer: ProviderAnswer,
        _ visit: ProviderVisit,
        _ provider: IdentityProvider
    ) async throws(Objection) -> String {
        let code = ProviderCode(code: answer.code, verifier: visit.verifier, redirectURI: answer.redirectURI)
        guard let calls else { throw .refusal(.providerUnavailable, "") }
        do {
            return try await calls.redeem(code, at: provider)
        } catch {
            switch error {
            case .refused(let text): throw .refusal(.codeRefused, text)
            case .unavailable(let text): throw .refusal(.providerUnavailable, text)
            }
        }
    }

    /// What a token for a sign-in must say in addition to what every token must.
    private func check(_ claims: OpenIDClaims, _ visit: ProviderVisit, _ attempt: Attempt) throws(Objection) {
        let party = claims.texts["azp"]
        guard party == visit.audience || (party == nil && claims.audiences.count == 1) else {
            throw .refusal(.invalidToken, party == nil ? "azp is missing beside several aud" : "azp does not match")
        }
        guard isCurrent(claims, attempt) else { throw .refusal(.expiredToken, "") }
        guard claims.texts["nonce"] == visit.nonce else {
            throw .refusal(.invalidToken, "the nonce does not match")
        }
        guard claims.texts["sub"]?.isEmpty == false else { throw .refusal(.invalidToken, "sub is missing") }
    }

    /// An error code as it may be in the audit.
    private static func code(_ text: String) -> String {
        let isCode = text.utf8.count <= 64 && text.utf8.allSatisfy { $0 == 0x5F || (0x61...0x7A).contains($0) }
        return isCode ? text : "an error that is no code"
    }
}
