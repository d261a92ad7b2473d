package import Accounts
package import LoginKey

extension Authenticator {
    func authenticate(
        _ credentials: LoginKeyCredentials,
        attempt: Attempt
    ) async throws(AccountsError) -> Decision {
        let result: Result<Decision, AccountsError> = await withCheckedContinuation { continuation in
            authenticate(credentials, attempt: attempt) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// Decides on a LoginKey for a caller that does not suspend.
    ///
    /// - Parameters:
    ///   - credentials: The LoginKey and whom it is for.
    ///   - attempt: When, from where, what for.
    ///   - completion: Gets the decision, which is already in the audit, or
    ///     ``AccountsError/Code/storeUnavailable``. Runs on the store's own thread: it must not block.
    package func authenticate(
        _ credentials: LoginKeyCredentials,
        attempt: Attempt,
        completion: @escaping @Sendable (Result<Decision, AccountsError>) -> Void
    ) {
        store.perform(LoginKeyTransaction(self, credentials, attempt, completion: completion))
    }
}

extension SpentCredential {
    /// A LoginKey as it is spent: identified by its decoded signature, and remembered an hour longer than it lives.
    init(_ loginKey: LoginKey, window: Int64) {
        self.init(identity: loginKey.identity, window: window, forgetAt: loginKey.expires + 3600)
    }

    /// A LoginKey of version 2 as it is spent: identified by key id, nonce and expiry, for good.
    init(_ loginKey: BoundLoginKey) {
        self.init(identity: loginKey.identity, window: 0, forgetAt: loginKey.expires + 3600)
    }

    /// What a LoginKey uses up: as the group's policy says; with version 2, always itself.
    init?(_ loginKey: PresentedLoginKey, policy: UsePolicy) {
        switch (loginKey, policy) {
        case (.version2(let loginKey), _): self.init(loginKey)
        case (.version1, .off): return nil
        case (.version1(let loginKey), .window): self.init(loginKey, window: UsePolicy.windowSeconds)
        case (.version1(let loginKey), .once): self.init(loginKey, window: 0)
        }
    }
}

// MARK: The signature

extension Authenticator {
    enum Match: Sendable {
        case matched(APIKeyRecord.ID)
        case refused(RefusalReason)
    }

    /// Checks a LoginKey of either version for a user of a group.
    func match(
        _ loginKey: PresentedLoginKey,
        for partnerUserID: PartnerUserID,
        in partnerID: PartnerID,
        _ snapshot: AccountSnapshot?,
        purpose: LoginKeyPurpose?,
        at now: Int64
    ) -> Match {
        switch loginKey {
        case .version1(let loginKey):
            let match = match(loginKey, for: partnerUserID, in: partnerID, snapshot, at: now)
            return snapshot?.group.requiresVersion2Keys == true ? .refused(.version1NotAllowed) : match
        case .version2(let loginKey):
            return match(loginKey, (partnerID, partnerUserID), snapshot, purpose, at: now)
        }
    }

    /// Tries the LoginKey with every secret that the snapshot holds, always all of them and at least one.
    func match(
        _ loginKey: LoginKey,
        for partnerUserID: PartnerUserID,
        in partnerID: PartnerID,
        _ snapshot: AccountSnapshot?,
        at now: Int64
    ) -> Match {
        guard let snapshot, snapshot.apiKeys.contains(where: { $0.apiKey != nil }) else {
            _ = verifier.verify(loginKey, for: partnerUserID, in: partnerID, with: dummy.apiKey, at: now)
            return .refused(.noAPIKey)
        }
        var match = Match.refused(.signatureMismatch)
        for record in snapshot.apiKeys {
            guard let apiKey = record.apiKey else { continue }
            let outcome = verifier.verify(loginKey, for: partnerUserID, in: partnerID, with: apiKey, at: now)
            switch outcome {
            case .invalid(.signatureMismatch): continue
            case .invalid(let code): match = .refused(RefusalReason(code))
            case .valid where record.isRevoked: match = .refused(.apiKeyRevoked)
            case .valid where !record.isValid(at: now): match = .refused(.apiKeyRetired)
            case .valid: match = .matched(record.id)
            }
        }
        return match
    }

    /// Checks a LoginKey of version 2 with the key that it names, or with a dummy of the same kind.
    func match(
        _ loginKey: BoundLoginKey,
        _ ids: (PartnerID, PartnerUserID),
        _ snapshot: AccountSnapshot?,
        _ purpose: LoginKeyPurpose?,
        at now: Int64
    ) -> Match {
        let record = snapshot?.apiKeys.first { $0.id.number == loginKey.keyID }
        let key = record.flatMap { $0.key.algorithm == loginKey.algorithm ? $0.key : nil }
        let outcome = verifier.verify(
            loginKey,
            for: ids.1,
            in: ids.0,
            with: key ?? dummy.key(for: loginKey.algorithm),
            at: audiences,
            purpose: purpose,
            at: now
        )
        guard let record else { return .refused(.unknownKeyID) }
        guard key != nil else { return .refused(RefusalReason(LoginKeyError.Code.wrongAlgorithm)) }
        switch outcome {
        case .invalid(.signatureMismatch): return .refused(.signatureMismatch)
        case _ where record.isRevoked: return .refused(.apiKeyRevoked)
        case _ where !record.isValid(at: now): return .refused(.apiKeyRetired)
        case .invalid(let code): return .refused(RefusalReason(code))
        case .valid: return .matched(record.id)
        }
    }
}
