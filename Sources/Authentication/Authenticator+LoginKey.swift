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
    ///   - completion: Gets the decision, which is in the audit already, or
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
    /// A LoginKey as it is spent: by its decoded signature, and remembered an hour longer than it lives.
    init(_ loginKey: LoginKey, window: Int64) {
        self.init(identity: loginKey.identity, window: window, forgetAt: loginKey.expires + 3600)
    }
}

// MARK: The signature

extension Authenticator {
    enum Match: Sendable {
        case matched(APIKeyRecord.ID)
        case refused(RefusalReason)
    }

    /// Tries the LoginKey with every API key that the snapshot holds, always with all of them and with one at least.
    func match(
        _ loginKey: LoginKey,
        for partnerUserID: PartnerUserID,
        in partnerID: PartnerID,
        _ snapshot: AccountSnapshot?,
        at now: Int64
    ) -> Match {
        guard let snapshot, !snapshot.apiKeys.isEmpty else {
            _ = verifier.verify(loginKey, for: partnerUserID, in: partnerID, with: dummy.apiKey, at: now)
            return .refused(.noAPIKey)
        }
        var match = Match.refused(.signatureMismatch)
        for record in snapshot.apiKeys {
            let outcome = verifier.verify(loginKey, for: partnerUserID, in: partnerID, with: record.apiKey, at: now)
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
}
