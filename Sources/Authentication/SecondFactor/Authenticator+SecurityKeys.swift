package import Accounts
internal import LoginKey
package import ServiceTokens
package import WebAuthn

// Security keys in addition to the password (`docs/passwords.md#security-keys`).

extension Authenticator {
    /// Decides on a security key, instead of the code that a visit waits for.
    ///
    /// The transaction of the decision writes its counter and its use, and uses up the visit, whose id it has signed.
    ///
    /// - Parameters:
    ///   - assertion: What the browser has brought of the key.
    ///   - visit: What the browser has brought of the password.
    ///   - relyingParty: The installation.
    ///   - attempt: When, from where, what for.
    /// - Returns: The decision, which is already in the audit.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func authenticate(
        _ assertion: Assertion,
        of visit: PasswordVisit,
        at relyingParty: RelyingParty,
        attempt: Attempt
    ) async throws(AccountsError) -> Decision {
        guard let partnerID = try? PartnerID(parsing: visit.groupID) else { return .refused(.invalidToken) }
        let userID = User.ID(visit.userID)
        let key = try await store.securityKey(credentialID: assertion.credentialID)
        let check = Self.check(assertion, key.flatMap { $0.userID == userID ? $0 : nil }, visit, relyingParty)
        return try await store.evaluate(on: .person(partnerID, userID), at: attempt.seconds) { [self] snapshot in
            let claim = Claim(of: snapshot?.user, in: partnerID, kind: "password and security key")
            let outcome = outcome(of: check, visit, snapshot, claim, attempt)
            guard case .use(let use) = check, outcome.value.grant != nil else { return Evaluation(outcome: outcome) }
            return Evaluation(
                outcome: outcome,
                spend: (visit.spent, refusal(.alreadyUsed, claim, attempt)),
                usedSecurityKey: use
            )
        }
    }

    /// What a security key's answer leads to.
    private enum KeyCheck: Sendable {
        case use(SecurityKey.Use)
        case wrong(RefusalReason, detail: String)
    }

    private static func check(
        _ assertion: Assertion,
        _ key: SecurityKey?,
        _ visit: PasswordVisit,
        _ relyingParty: RelyingParty
    ) -> KeyCheck {
        guard case .code = visit.step else { return .wrong(.wrongSecurityKey, detail: "another step") }
        guard let key else { return .wrong(.unknownSecurityKey, detail: "") }
        let credential = Assertion.Credential(
            id: key.credentialID,
            publicKey: key.publicKey,
            algorithm: key.algorithm,
            counter: key.counter
        )
        do throws(WebAuthnError) {
            let counter = try assertion.verify(visit.expectation(at: relyingParty), by: credential)
            return .use(SecurityKey.Use(id: key.id, userID: key.userID, counter: counter))
        } catch {
            guard error == .counterWentBack else { return .wrong(.wrongSecurityKey, detail: error.description) }
            return .wrong(.counterWentBack, detail: "security key \(key.id)")
        }
    }

    private func outcome(
        of check: KeyCheck,
        _ visit: PasswordVisit,
        _ snapshot: AccountSnapshot?,
        _ claim: Claim,
        _ attempt: Attempt
    ) -> Evaluation<Decision>.Outcome {
        if let change = change(since: visit, snapshot, claim, attempt) { return change }
        guard let snapshot else { return refusal(.unknownUser, claim, attempt) }
        switch check {
        case .wrong(let reason, let detail): return refusal(reason, claim, attempt, detail: detail)
        case .use: return admit(snapshot, at: visit, claim, attempt)
        }
    }

    /// Decides whether a visit may add a security key, and uses the visit up.
    ///
    /// - Parameters:
    ///   - credential: What ``ServiceTokens/PasswordVisit/verify(_:at:)`` said about the key.
    ///   - visit: What the browser has brought of the password.
    ///   - attempt: When, from where, what for.
    /// - Returns: The decision, which is already in the audit.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func authenticate(
        adding credential: Result<Registration.Credential, WebAuthnError>,
        of visit: PasswordVisit,
        attempt: Attempt
    ) async throws(AccountsError) -> Decision {
        guard let partnerID = try? PartnerID(parsing: visit.groupID) else { return .refused(.invalidToken) }
        let isTaken = try await isTaken(credential)
        let reference = AccountReference.person(partnerID, User.ID(visit.userID))
        return try await store.evaluate(on: reference, at: attempt.seconds) { [self] snapshot in
            let claim = Claim(of: snapshot?.user, in: partnerID, kind: "password and new security key")
            let outcome = outcome(of: credential, isTaken: isTaken, visit, snapshot, claim, attempt)
            guard outcome.value.grant != nil else { return Evaluation(outcome: outcome) }
            return Evaluation(outcome: outcome, spend: (visit.spent, refusal(.alreadyUsed, claim, attempt)))
        }
    }

    private func isTaken(
        _ credential: Result<Registration.Credential, WebAuthnError>
    ) async throws(AccountsError) -> Bool {
        guard case .success(let credential) = credential else { return false }
        return try await store.securityKey(credentialID: credential.id) != nil
    }

    private func outcome(
        of credential: Result<Registration.Credential, WebAuthnError>,
        isTaken: Bool,
        _ visit: PasswordVisit,
        _ snapshot: AccountSnapshot?,
        _ claim: Claim,
        _ attempt: Attempt
    ) -> Evaluation<Decision>.Outcome {
        if let change = change(since: visit, snapshot, claim, attempt) { return change }
        guard let snapshot, let user = snapshot.user, case .securityKey = visit.step else {
            return refusal(.wrongSecurityKey, claim, attempt, detail: "another step")
        }
        if case .failure(let error) = credential {
            return refusal(.wrongSecurityKey, claim, attempt, detail: error.description)
        }
        guard !isTaken else { return refusal(.securityKeyTaken, claim, attempt) }
        let count = user.secondFactorID == nil ? 0 : user.securityKeyCount
        guard count < SecurityKey.maximumCount else { return refusal(.tooManySecurityKeys, claim, attempt) }
        return admit(snapshot, claim, attempt)
    }

    /// Gives a user a security key, and recovery codes if the user had no second factor.
    ///
    /// - Parameters:
    ///   - credential: The key.
    ///   - name: What its user calls it; one that may not be kept becomes `Security key`.
    ///   - grant: What the visit has led to.
    ///   - attempt: When, from where.
    /// - Returns: The recovery codes, which are shown once; none if the user has some.
    /// - Throws: ``AccountsError/Code/versionConflict`` if the user has another second factor by now, and as the store.
    package func addSecurityKey(
        _ credential: Registration.Credential,
        name: String,
        of grant: Grant,
        attempt: Attempt
    ) async throws(AccountsError) -> [RecoveryCode] {
        var (factor, recovery): (SecondFactor?, [RecoveryCode]) = (nil, [])
        if grant.user.secondFactorID == nil { (factor, recovery) = newFactor(of: grant.user, nil, attempt) }
        let isGood =
            !name.isEmpty
            && (try? Provisioning.check(name, field: "name", limit: SecurityKey.maximumNameLength)) != nil
        let key = SecurityKey(
            userID: grant.user.id,
            credentialID: credential.id,
            publicKey: credential.publicKey.bytes,
            algorithm: credential.publicKey.algorithm.rawValue,
            counter: credential.counter,
            name: isGood ? name : "Security key",
            createdAt: attempt.seconds
        )
        let event = keyEvent("security key \"\(key.name)\" added", grant, attempt)
        _ = try await store.addSecurityKey(key, with: factor, of: grant.user, recording: event)
        return recovery
    }

    /// Removes one of a user's security keys; one that is already gone is not an error.
    ///
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func removeSecurityKey(
        _ id: SecurityKey.ID,
        of grant: Grant,
        attempt: Attempt
    ) async throws(AccountsError) {
        do {
            try await store.removeSecurityKey(
                id,
                of: grant.user.id,
                in: grant.group.partnerID,
                recording: keyEvent("security key \(id) removed", grant, attempt)
            )
        } catch  where error.code == .notFound {}
    }

    private func keyEvent(_ detail: String, _ grant: Grant, _ attempt: Attempt) -> AuditEvent {
        var attempt = attempt
        attempt.action = .secondFactor
        return event(
            .granted,
            "",
            Claim(partnerID: grant.group.partnerID, actor: grant.actor),
            attempt,
            detail: detail
        )
    }
}

extension PasswordVisit {
    /// What a security key must sign at this visit.
    ///
    /// It need not ask who the user is: the password has said that.
    fileprivate func expectation(at relyingParty: RelyingParty) -> Expectation {
        Expectation(challenge: challenge, relyingParty: relyingParty, requiresUserVerification: false)
    }

    /// Checks a new security key; whether the visit may add one is for ``Authenticator/authenticate(adding:of:attempt:)``.
    package func verify(
        _ registration: Registration,
        at relyingParty: RelyingParty
    ) -> Result<Registration.Credential, WebAuthnError> {
        Result { () throws(WebAuthnError) in try registration.verify(expectation(at: relyingParty)) }
    }
}
