package import Accounts
internal import LoginKey

extension Authenticator {
    /// Decides on an API key that is presented itself, as the reports of `docs/protocol.md#activity-service` want it.
    ///
    /// The key is compared by what it signs, so that the verifier's constant-time comparison is the only one.
    ///
    /// - Parameters:
    ///   - text: The API key.
    ///   - partnerID: The group's id.
    ///   - attempt: When, from where, what for.
    /// - Returns: The group, or why it is refused; both are already in the audit.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func authenticate(
        apiKey text: String,
        of partnerID: String,
        attempt: Attempt
    ) async throws(AccountsError) -> APIKeyCheck {
        let claimed = try? PartnerID(parsing: partnerID)
        let claim = Claim(partnerID: claimed, kind: "API key")
        let partnerID = claimed ?? dummy.partnerID
        let proof = proof(of: text, in: partnerID, at: attempt.seconds)
        let key = AccountReference.partner(partnerID, dummy.partnerUserID)
        return try await store.evaluate(on: key, at: attempt.seconds) { [self] snapshot in
            let match = match(proof, for: dummy.partnerUserID, in: partnerID, snapshot, at: attempt.seconds)
            guard let snapshot else { return refused(.unknownGroup, claim, attempt) }
            switch match {
            case .refused(let reason): return refused(reason, claim, attempt)
            case .matched(let apiKey):
                let event = event(.granted, "", claim, attempt)
                return Evaluation(
                    outcome: Evaluation.Outcome(value: .granted(snapshot.group), event: event),
                    usedAPIKey: apiKey
                )
            }
        }
    }

    /// A LoginKey for nobody that the presented API key has made now; the dummy's, which fits no key, if it is not an API key.
    private func proof(of text: String, in partnerID: PartnerID, at now: Int64) -> LoginKey {
        guard let apiKey = try? APIKey(text: text),
            let issuer = try? LoginKeyIssuer(partnerID: partnerID, apiKey: apiKey, lifetime: 1),
            let proof = try? issuer.issue(for: dummy.partnerUserID, at: now)
        else { return dummy.loginKey }
        return proof
    }

    private func refused(_ reason: RefusalReason, _ claim: Claim, _ attempt: Attempt) -> Evaluation<APIKeyCheck> {
        let event = refusal(reason, claim, attempt).event
        return Evaluation(outcome: Evaluation.Outcome(value: .refused(reason), event: event))
    }
}

/// The result of checking an API key that is presented itself.
package enum APIKeyCheck: Sendable {
    /// It is one of this group.
    case granted(Group)
    /// It is not. The reason is for the audit and the administrator, never for the caller.
    case refused(RefusalReason)
}
