package import Accounts
package import LoginKey

extension Authenticator {
    /// Makes a LoginKey for somebody who is signed in, with the group's newest API key.
    ///
    /// - Parameters:
    ///   - grant: The sign-in.
    ///   - lifetime: 1 to 86,400 seconds.
    ///   - attempt: When, from where, what for.
    /// - Returns: The key; `nil` if the user has no PartnerUserId or the group no valid API key. Both are in the audit.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func issueLoginKey(
        for grant: Grant,
        lifetime: Int64 = 3600,
        attempt: Attempt
    ) async throws(AccountsError) -> LoginKey? {
        let partnerID = grant.group.partnerID
        var claim = Claim(partnerID: partnerID, actor: grant.actor)
        var attempt = attempt
        attempt.action = .loginKeyIssued
        let snapshot = try await store.snapshot(of: .person(partnerID, grant.user.id), at: attempt.seconds)
        let record = snapshot?.apiKeys.first { $0.isValid(at: attempt.seconds) }
        guard let partnerUserID = grant.user.partnerUserID, let record,
            let issuer = try? LoginKeyIssuer(partnerID: partnerID, apiKey: record.apiKey, lifetime: lifetime),
            let loginKey = try? issuer.issue(for: partnerUserID, at: attempt.seconds)
        else {
            let reason: RefusalReason = grant.user.partnerUserID == nil ? .unknownUser : .noAPIKey
            try await store.append([refusal(reason, claim, attempt).event])
            return nil
        }
        claim.kind = "API key \(record.id)"
        try await store.append([event(.granted, "", claim, attempt)])
        return loginKey
    }
}
