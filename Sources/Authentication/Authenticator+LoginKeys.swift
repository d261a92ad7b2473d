package import Accounts
package import LoginKey

extension Authenticator {
    /// Makes a LoginKey for a signed-in user, with the group's newest API key.
    ///
    /// - Parameters:
    ///   - grant: The sign-in.
    ///   - purpose: What it is for, where the group insists on version 2.
    ///   - lifetime: 1 to 86,400 seconds.
    ///   - attempt: When, from where, what for.
    /// - Returns: The key, or why there is none, which is in the audit: the user has no PartnerUserId
    ///   (``RefusalReason/unknownUser``), or the group no valid secret (``RefusalReason/noAPIKey``).
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func issueLoginKey(
        for grant: Grant,
        purpose: LoginKeyPurpose = .authenticate,
        lifetime: Int64 = 3600,
        attempt: Attempt
    ) async throws(AccountsError) -> IssuedLoginKey {
        let partnerID = grant.group.partnerID
        var claim = Claim(partnerID: partnerID, actor: grant.actor)
        var attempt = attempt
        attempt.action = .loginKeyIssued
        guard let partnerUserID = grant.user.partnerUserID,
            let (loginKey, record) = try await newLoginKey(
                for: partnerUserID,
                grant,
                purpose: purpose,
                lifetime: lifetime,
                at: attempt.seconds
            )
        else {
            let reason: RefusalReason = grant.user.partnerUserID == nil ? .unknownUser : .noAPIKey
            try await store.append([refusal(reason, claim, attempt).event])
            return .refused(reason)
        }
        claim.kind = "API key \(record.id)"
        try await store.append([event(.granted, "", claim, attempt)])
        return .issued(loginKey)
    }

    /// Makes a LoginKey for a CRM user whose sign-in was decided on just now, and written down with that.
    ///
    /// - Parameters:
    ///   - partnerUserID: The user, as the CRM has named them.
    ///   - grant: The sign-in that ``preview(_:in:by:root:spending:attempt:)`` has granted.
    ///   - purpose: What it is for, where the group insists on version 2; `nil` if no such key can be made for that.
    ///   - lifetime: 1 to 86,400 seconds.
    ///   - now: Unix time in seconds.
    /// - Returns: The key; `nil` if the group has no valid secret.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func loginKey(
        for partnerUserID: PartnerUserID,
        _ grant: Grant,
        purpose: LoginKeyPurpose? = .authenticate,
        lifetime: Int64,
        at now: Int64
    ) async throws(AccountsError) -> PresentedLoginKey? {
        try await newLoginKey(for: partnerUserID, grant, purpose: purpose, lifetime: lifetime, at: now)?.loginKey
    }

    /// The one place where LoginKeys are made: with the group's newest secret that is valid.
    private func newLoginKey(
        for partnerUserID: PartnerUserID,
        _ grant: Grant,
        purpose: LoginKeyPurpose?,
        lifetime: Int64,
        at now: Int64
    ) async throws(AccountsError) -> (loginKey: PresentedLoginKey, apiKey: APIKeyRecord)? {
        let partnerID = grant.group.partnerID
        let snapshot = try await store.snapshot(of: .person(partnerID, grant.user.id), at: now)
        guard let (record, apiKey) = snapshot?.apiKeys.newestSecret(at: now) else { return nil }
        guard snapshot?.group.requiresVersion2Keys == true else {
            let issuer = try? LoginKeyIssuer(partnerID: partnerID, apiKey: apiKey, lifetime: lifetime)
            return (try? issuer?.issue(for: partnerUserID, at: now)).map { (.version1($0), record) }
        }
        guard let purpose, let audience = audiences.first,
            let issuer = try? BoundLoginKeyIssuer(
                partnerID: partnerID,
                keyID: record.id.number,
                key: .secret(apiKey),
                audience: audience,
                lifetime: lifetime
            )
        else { return nil }
        var generator = random.generator
        let loginKey = try? issuer.issue(for: partnerUserID, purpose: purpose, at: now, using: &generator)
        return loginKey.map { (.version2($0), record) }
    }
}

/// The result of asking for a LoginKey.
package enum IssuedLoginKey: Equatable, Sendable {
    /// The key.
    case issued(PresentedLoginKey)
    /// There is none. The reason is for the audit and the administrator, never for the caller.
    case refused(RefusalReason)
}
