internal import Accounts
internal import LoginKey
internal import Synchronization

/// The transaction of a LoginKey, the most frequent request.
final class LoginKeyTransaction: AuthenticationTransaction {
    private struct State {
        var decision: Decision?
        var claim = Authenticator.Claim()
    }

    private let authenticator: Authenticator
    private let credentials: LoginKeyCredentials
    private let attempt: Attempt
    private let completion: @Sendable (Result<Decision, AccountsError>) -> Void
    private let state = Mutex(State())

    init(
        _ authenticator: Authenticator,
        _ credentials: LoginKeyCredentials,
        _ attempt: Attempt,
        completion: @escaping @Sendable (Result<Decision, AccountsError>) -> Void
    ) {
        self.authenticator = authenticator
        self.credentials = credentials
        self.attempt = attempt
        self.completion = completion
    }

    var seconds: Int64 { attempt.seconds }

    /// What was decided last; `nil` before anything was.
    var decision: Decision? { state.withLock { $0.decision } }

    var accountReference: AccountReference {
        switch credentials {
        case .partner(let partnerID, let partnerUserID, _): .partner(partnerID, partnerUserID)
        case .account(let username, _): .username(username)
        }
    }

    func evaluate(on snapshot: AccountSnapshot?) -> TransactionRecord {
        var (claim, partnerID, partnerUserID) = identity(in: snapshot)
        // A user without a PartnerUserId has none that could be signed: no key may be valid for them.
        let snapshot = partnerUserID == nil ? nil : snapshot
        let match = authenticator.match(
            credentials.loginKey,
            for: partnerUserID ?? authenticator.dummy.partnerUserID,
            in: partnerID,
            snapshot,
            purpose: attempt.loginKeyPurpose,
            at: seconds
        )
        guard let snapshot else {
            let reason: RefusalReason =
                switch credentials {
                case .partner: .unknownGroup
                case .account: .unknownUser
                }
            return record(authenticator.refusal(reason, claim, attempt), claim)
        }
        switch match {
        case .refused(let reason):
            return record(authenticator.refusal(reason, claim, attempt), claim)
        case .matched(let apiKey):
            claim.root = .apiKey(apiKey)
            let mayStandInURL = snapshot.group.allowsLoginKeyURLs || !attempt.isFromURL
            let outcome =
                mayStandInURL
                ? authenticator.admit(snapshot, claim, attempt)
                : authenticator.refusal(.loginKeyURLNotAllowed, claim, attempt)
            // The use policy, which the store must carry out before any later check counts.
            let spends = SpentCredential(credentials.loginKey, policy: snapshot.group.usePolicy)
            return record(outcome, claim, spends: spends, usedAPIKey: apiKey)
        }
    }

    func evaluateSpentCredential() -> AuditEvent {
        state.withLock { state in
            let outcome = authenticator.refusal(.alreadyUsed, state.claim, attempt)
            state.decision = outcome.value
            return outcome.event
        }
    }

    func complete(_ result: Result<Void, AccountsError>) {
        let decision = state.withLock { $0.decision }
        completion(result.flatMap { decision.map(Result.success) ?? .failure(.undecided) })
    }

    private func record(
        _ outcome: Evaluation<Decision>.Outcome,
        _ claim: Authenticator.Claim,
        spends: SpentCredential? = nil,
        usedAPIKey: APIKeyRecord.ID? = nil
    ) -> TransactionRecord {
        state.withLock { $0 = State(decision: outcome.value, claim: claim) }
        return TransactionRecord(event: outcome.event, spends: spends, usedAPIKey: usedAPIKey)
    }

    /// Whom the credentials claim to be, and the ids that the signature must match.
    private func identity(in snapshot: AccountSnapshot?) -> (Authenticator.Claim, PartnerID, PartnerUserID?) {
        switch credentials {
        case .partner(let partnerID, let partnerUserID, _):
            let claim = Authenticator.Claim(
                partnerID: partnerID,
                actor: partnerUserID.text,
                kind: kind
            )
            return (claim, partnerID, partnerUserID)
        case .account(let username, _):
            let user = snapshot?.user
            let claim = Authenticator.Claim(partnerID: user?.partnerID, actor: username.text, kind: kind)
            return (claim, user?.partnerID ?? authenticator.dummy.partnerID, user?.partnerUserID)
        }
    }

    /// What the audit calls the credentials.
    private var kind: String {
        let form =
            switch credentials {
            case .partner: "partner loginkey"
            case .account: "username loginkey"
            }
        guard case .version2(let loginKey) = credentials.loginKey else { return form }
        return "\(form) 2, \(loginKey.purposeText), API key \(loginKey.keyID)"
    }
}
