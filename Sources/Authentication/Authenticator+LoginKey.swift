package import Accounts
package import LoginKey

extension Authenticator {
    func authenticate(
        _ credentials: LoginKeyCredentials,
        attempt: Attempt
    ) async throws(AccountsError) -> Decision {
        try await store.rule(on: accountKey(of: credentials), at: attempt.seconds) { [self] snapshot in
            rule(on: credentials, snapshot, attempt)
        }
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
        store.rule(
            on: accountKey(of: credentials),
            at: attempt.seconds,
            { [self] snapshot in rule(on: credentials, snapshot, attempt) },
            completion: completion
        )
    }

    private func accountKey(of credentials: LoginKeyCredentials) -> AccountKey {
        switch credentials {
        case .partner(let partnerID, let partnerUserID, _): .partner(partnerID, partnerUserID)
        case .account(let username, _): .username(username)
        }
    }

    private func rule(
        on credentials: LoginKeyCredentials,
        _ snapshot: AccountSnapshot?,
        _ attempt: Attempt
    ) -> Ruling<Decision> {
        let (claim, identity) = identity(of: credentials, snapshot)
        // A user without a PartnerUserId has none that could be signed: nobody's key may be good for them.
        let snapshot = identity.1 == nil ? nil : snapshot
        let match = match(
            credentials.loginKey,
            for: identity.1 ?? decoy.partnerUserID,
            in: identity.0,
            snapshot,
            at: attempt.seconds
        )
        guard let snapshot else {
            let reason: RefusalReason =
                switch credentials {
                case .partner: .unknownGroup
                case .account: .unknownUser
                }
            return Ruling(finding: refusal(reason, claim, attempt))
        }
        switch match {
        case .refused(let reason):
            return Ruling(finding: refusal(reason, claim, attempt))
        case .matched(let apiKey):
            let mayStandInURL = snapshot.group.allowsLoginKeyURLs || !attempt.isFromURL
            return Ruling(
                finding: mayStandInURL
                    ? admit(snapshot, claim, attempt) : refusal(.loginKeyURLNotAllowed, claim, attempt),
                spend: spend(credentials.loginKey, snapshot.group, claim, attempt),
                usedAPIKey: apiKey.id
            )
        }
    }

    /// Whom the credentials claim to be, and with which ids the signature has to fit.
    private func identity(
        of credentials: LoginKeyCredentials,
        _ snapshot: AccountSnapshot?
    ) -> (Claim, (PartnerID, PartnerUserID?)) {
        switch credentials {
        case .partner(let partnerID, let partnerUserID, _):
            let claim = Claim(partnerID: partnerID, actor: partnerUserID.text, kind: "partner loginkey")
            return (claim, (partnerID, partnerUserID))
        case .account(let username, _):
            let user = snapshot?.user
            let claim = Claim(partnerID: user?.partnerID, actor: username.text, kind: "username loginkey")
            return (claim, (user?.partnerID ?? decoy.partnerID, user?.partnerUserID))
        }
    }

    /// The use policy, as the store has to carry it out before any later check counts.
    private func spend(
        _ loginKey: LoginKey,
        _ group: Group,
        _ claim: Claim,
        _ attempt: Attempt
    ) -> (SpentKey, Ruling<Decision>.Finding)? {
        let window: Int64
        switch group.usePolicy {
        case .off: return nil
        case .window: window = UsePolicy.windowSeconds
        case .once: window = 0
        }
        return (SpentKey(loginKey, window: window), refusal(.alreadyUsed, claim, attempt))
    }
}

extension SpentKey {
    /// A LoginKey as it is spent: by its decoded signature, and remembered an hour longer than it lives.
    init(_ loginKey: LoginKey, window: Int64) {
        self.init(identity: loginKey.identity, window: window, forgetAt: loginKey.expires + 3600)
    }
}

// MARK: The signature

extension Authenticator {
    enum Match: Sendable {
        case matched(APIKeyRecord)
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
            _ = verifier.verify(loginKey, for: partnerUserID, in: partnerID, with: decoy.apiKey, at: now)
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
            case .valid: match = .matched(record)
            }
        }
        return match
    }
}
