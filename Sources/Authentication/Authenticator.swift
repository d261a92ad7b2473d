package import Accounts
package import LoginKey
package import ServiceTokens

/// The one place that says yes or no: credentials in, decision out.
///
/// The order of checks is shape, group, signature, time, use policy, user state, access, privileges. Every decision is
/// an audit event with its reason, durable before the caller hears of it. Holds no mutable state of its own.
package final class Authenticator: Sendable {
    /// Where accounts and the audit are kept.
    package let store: any AccountStore
    /// The signers of all service tokens.
    package let signers: TokenSigners
    /// The names of this server that LoginKeys of version 2 are made for; new ones are made for the first.
    let audiences: [LoginKeyAudience]
    let verifier: LoginKeyVerifier
    let random: RandomSource
    let dummy: DummyCredentials
    let passwords: PasswordQueue
    /// How providers are asked; `nil` if they never are.
    let calls: (any ProviderCalls)?
    /// Gets new keys of providers; `nil` if they are never asked.
    let refresher: KeySetRefresher?
    /// Checks the signatures of SAML responses; `nil` if nobody signs in by SAML.
    let reader: (any SAMLReader)?
    let samlResponses = TurnQueue(label: "latchkey.saml")

    /// Makes an authenticator.
    ///
    /// - Parameters:
    ///   - store: Where accounts and the audit are.
    ///   - signers: The signers of the service tokens.
    ///   - audiences: The names of this server, the one of its public URL first; without any, no LoginKey of version 2 is
    ///     good.
    ///   - random: Where nonces come from.
    ///   - clockTolerance: How many seconds the clocks of issuers may be ahead.
    ///   - calls: How identity providers are asked; `nil` to ask none.
    ///   - refresher: Gets their new keys; `nil` to get none.
    ///   - reader: Checks the signatures of SAML responses; `nil` to accept none.
    ///   - generator: Makes the dummy that is checked instead of what does not exist.
    /// - Throws: ``LoginKeyError``, if the dummy cannot be made.
    package init(
        store: any AccountStore,
        signers: TokenSigners,
        audiences: [LoginKeyAudience],
        random: RandomSource,
        clockTolerance: Int64 = 300,
        calls: (any ProviderCalls)? = nil,
        refresher: KeySetRefresher? = nil,
        reader: (any SAMLReader)? = nil,
        using generator: inout some RandomNumberGenerator
    ) throws {
        self.store = store
        self.signers = signers
        self.audiences = audiences
        self.random = random
        self.verifier = LoginKeyVerifier(clockTolerance: clockTolerance)
        self.dummy = try DummyCredentials(using: &generator)
        self.passwords = PasswordQueue()
        self.calls = calls
        self.refresher = refresher
        self.reader = reader
    }

    /// Gives up the sign-ins that wait for their turn, and refuses further ones that would: the server is stopping.
    package func stop() {
        passwords.stop()
        samlResponses.stop()
    }

    /// Decides on credentials.
    ///
    /// - Parameters:
    ///   - credentials: What was presented, or why it could not be read.
    ///   - attempt: When, from where, what for.
    /// - Returns: The decision, which is already in the audit.
    /// - Throws: ``AccountsError/Code/storeUnavailable``, or ``AccountsError/Code/unreadableSecret`` for a group whose
    ///   API key does not open; then nothing was decided and nothing spent, unless the disk has failed in the middle of it.
    package func authenticate(
        _ credentials: Result<Credentials, LoginKeyError>,
        attempt: Attempt
    ) async throws(AccountsError) -> Decision {
        switch credentials {
        case .success(.loginKey(let loginKey)): try await authenticate(loginKey, attempt: attempt)
        case .success(.password(let username, let password)):
            try await authenticate(username, password: password, attempt: attempt)
        case .success(.launchTicket(let proof)): try await authenticate(proof, attempt: attempt)
        case .success(.sessionID(let text)): try await authenticate(sessionID: text, attempt: attempt)
        case .failure(let error): try await refuseMalformed(error, attempt: attempt)
        }
    }

    /// Refuses what could not be read, at the cost of a well-formed attempt.
    private func refuseMalformed(_ error: LoginKeyError, attempt: Attempt) async throws(AccountsError) -> Decision {
        try await store.evaluate(on: dummy.accountReference, at: attempt.seconds) { [self] _ in
            _ = match(dummy.loginKey, for: dummy.partnerUserID, in: dummy.partnerID, nil, at: attempt.seconds)
            return Evaluation(outcome: refusal(RefusalReason(error.code), Claim(), attempt))
        }
    }

    /// Writes down a refusal that was decided before any credential was looked at.
    package func refuse(
        _ reason: RefusalReason,
        in partnerID: PartnerID? = nil,
        attempt: Attempt
    ) async throws(AccountsError) -> Decision {
        try await refuse(because: reason, Claim(partnerID: partnerID), attempt)
    }
}

// MARK: What all kinds of credentials share

extension Authenticator {
    /// Whom credentials claim to be, for the audit.
    struct Claim: Sendable {
        var partnerID: PartnerID?
        var actor = ""
        var kind = ""
        /// What the credential depends on.
        var root: SignInRoot?
    }

    /// The checks after the credential itself: group, user state, access, privileges.
    func admit(
        _ snapshot: AccountSnapshot,
        _ claim: Claim,
        _ attempt: Attempt
    ) -> Evaluation<Decision>.Outcome {
        guard attempt.onlyGroup == nil || attempt.onlyGroup == snapshot.group.partnerID else {
            return refusal(.wrongGroup, claim, attempt)
        }
        if case .apiKey? = claim.root, !snapshot.trusts(claim.root) { return refusal(.apiKeyRevoked, claim, attempt) }
        guard let user = snapshot.user else { return refusal(.unknownUser, claim, attempt) }
        guard snapshot.trusts(claim.root) else { return refusal(.passwordChanged, claim, attempt) }
        switch user.state {
        case .active: break
        case .suspended: return refusal(.userSuspended, claim, attempt)
        case .deleted: return refusal(.userDeleted, claim, attempt)
        case .lockedOut: return refusal(.userLockedOut, claim, attempt)
        }
        guard attempt.origin.isAllowed(by: snapshot.group) else { return refusal(.foreignOrigin, claim, attempt) }
        let privileges = snapshot.effectivePrivileges
        guard privileges.isSuperset(of: attempt.required) else {
            let missing = attempt.required.subtracting(privileges).names.joined(separator: " ")
            return refusal(.missingPrivilege, claim, attempt, detail: missing)
        }
        guard user.isAdministrator || !attempt.mustBeAdministrator else {
            return refusal(.notAdministrator, claim, attempt)
        }
        let grant = Grant(group: snapshot.group, user: user, privileges: privileges, root: claim.root)
        return Evaluation.Outcome(value: .granted(grant), event: event(.granted, "", claim, attempt))
    }

    func refusal(
        _ reason: RefusalReason,
        _ claim: Claim,
        _ attempt: Attempt,
        detail: String = ""
    ) -> Evaluation<Decision>.Outcome {
        Evaluation.Outcome(
            value: .refused(reason),
            event: event(.refused, reason.description, claim, attempt, detail: detail)
        )
    }

    func event(
        _ outcome: AuditEvent.Outcome,
        _ reason: String,
        _ claim: Claim,
        _ attempt: Attempt,
        detail: String = ""
    ) -> AuditEvent {
        var context = attempt.purpose
        if !claim.kind.isEmpty { context += " by \(claim.kind)" }
        if !detail.isEmpty { context += ": \(detail)" }
        return AuditEvent(
            time: attempt.time,
            correlationID: attempt.correlationID,
            partnerID: claim.partnerID,
            actor: claim.actor,
            action: attempt.action,
            outcome: outcome,
            reason: reason,
            source: attempt.source,
            detail: context
        )
    }
}
