package import Accounts
internal import LoginKey

extension Authenticator {
    /// Decides on an API key that is presented itself, as the reports of PROTOCOL section 4.3 want it.
    ///
    /// The key is compared by what it signs, so that the verifier's constant-time comparison is the only one there is.
    ///
    /// - Parameters:
    ///   - text: The API key.
    ///   - partnerID: The group's id.
    ///   - attempt: When, from where, what for.
    /// - Returns: The group, or `nil` for a refusal; both are in the audit already.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func authenticate(
        apiKey text: String,
        of partnerID: String,
        attempt: Attempt
    ) async throws(AccountsError) -> Group? {
        let claimed = try? PartnerID(parsing: partnerID)
        let claim = Claim(partnerID: claimed, kind: "API key")
        let partnerID = claimed ?? decoy.partnerID
        let proof = proof(of: text, in: partnerID, at: attempt.seconds)
        let key = AccountKey.partner(partnerID, decoy.partnerUserID)
        return try await store.rule(on: key, at: attempt.seconds) { [self] snapshot in
            let match = match(proof, for: decoy.partnerUserID, in: partnerID, snapshot, at: attempt.seconds)
            guard let snapshot else { return ruling(nil, refusal(.unknownGroup, claim, attempt).event) }
            switch match {
            case .refused(let reason): return ruling(nil, refusal(reason, claim, attempt).event)
            case .matched(let apiKey):
                return ruling(snapshot.group, event(.granted, "", claim, attempt), using: apiKey)
            }
        }
    }

    /// A LoginKey for nobody that the presented API key has made now; the decoy's, which fits no key, if it is none.
    private func proof(of text: String, in partnerID: PartnerID, at now: Int64) -> LoginKey {
        guard let apiKey = try? APIKey(text: text),
            let issuer = try? LoginKeyIssuer(partnerID: partnerID, apiKey: apiKey, lifetime: 1),
            let proof = try? issuer.issue(for: decoy.partnerUserID, at: now)
        else { return decoy.loginKey }
        return proof
    }

    private func ruling(_ group: Group?, _ event: AuditEvent, using id: APIKeyRecord.ID? = nil) -> Ruling<Group?> {
        Ruling(finding: Ruling.Finding(verdict: group, event: event), usedAPIKey: id)
    }
}
