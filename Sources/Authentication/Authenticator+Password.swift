package import Accounts
package import LoginKey
package import ServiceTokens
internal import WireCodec

extension Authenticator {
    /// Decides where only the password can be asked for: a user who needs a second factor is refused.
    func authenticate(
        _ username: Username,
        password: String,
        attempt: Attempt
    ) async throws(AccountsError) -> Decision {
        let outcome = try await authenticate(username, password: password, attempt: attempt) { _, _ in nil }
        guard case .decided(let decision) = outcome else { return .refused(.secondFactorNeeded) }
        return decision
    }

    /// Decides on a password where a second factor can be asked for, or set up.
    ///
    /// - Parameters:
    ///   - username: Who it is.
    ///   - password: What was typed.
    ///   - aim: What the user wants.
    ///   - attempt: When, from where, what for.
    /// - Returns: The decision, or what comes next; either is already in the audit.
    /// - Throws: ``AccountsError/Code/storeUnavailable``, ``AccountsError/Code/busy``.
    package func authenticate(
        _ username: Username,
        password: String,
        aim: PasswordVisit.Aim,
        attempt: Attempt
    ) async throws(AccountsError) -> PasswordOutcome {
        try await authenticate(username, password: password, attempt: attempt) { group, user in
            if let factor = user.secondFactorID { return .code(factor) }
            if aim == .securityKey || group.securityKeys.binds(user) { return .securityKey }
            return aim == .app || group.secondFactor.binds(user) ? .enrolment : nil
        }
    }

    private func authenticate(
        _ username: Username,
        password: String,
        attempt: Attempt,
        nextStep: @escaping @Sendable (Group, User) -> PasswordOutcome.NextStep?
    ) async throws(AccountsError) -> PasswordOutcome {
        let user = try await store.snapshot(of: .username(username), at: attempt.seconds)?.user
        let known = user?.passwordHash
        let matches = try await passwords.matches(
            password,
            known ?? dummy.passwordHash,
            group: user?.partnerID.text ?? "",
            source: SourceNetwork.name(of: attempt.source)
        )
        return try await store.evaluate(on: .username(username), at: attempt.seconds) { [self] snapshot in
            let claim = Claim(partnerID: snapshot?.user?.partnerID, actor: username.text, kind: "password")
            guard let snapshot else { return decided(refusal(.unknownUser, claim, attempt)) }
            // The hash is compared again: the password may have been changed while it was being checked.
            guard matches, let known, snapshot.user?.passwordHash == known else {
                return decided(refusal(.wrongPassword, claim, attempt))
            }
            guard snapshot.group.allowsPasswords else {
                return decided(refusal(.passwordNotAllowed, claim, attempt))
            }
            var rooted = claim
            rooted.root = .password(PasswordMark(known))
            let admission = admit(snapshot, rooted, attempt)
            guard case .granted(let grant) = admission.value else { return decided(admission) }
            return outcome(of: grant, admission, nextStep(grant.group, grant.user), claim, attempt)
        }
    }

    /// What a right password leads to for a user who may sign in.
    private func outcome(
        of grant: Grant,
        _ admission: Evaluation<Decision>.Outcome,
        _ step: PasswordOutcome.NextStep?,
        _ claim: Claim,
        _ attempt: Attempt
    ) -> Evaluation<PasswordOutcome> {
        guard let step else {
            let isMissing = grant.user.secondFactorID != nil || grant.group.wantsSecondFactor(of: grant.user)
            return decided(isMissing ? refusal(.secondFactorNeeded, claim, attempt) : admission)
        }
        var attempt = attempt
        attempt.action = .secondFactor
        return Evaluation(
            outcome: .init(
                value: .awaits(step, grant.user),
                event: event(.granted, "", claim, attempt, detail: step.detail)
            )
        )
    }

    private func decided(_ outcome: Evaluation<Decision>.Outcome) -> Evaluation<PasswordOutcome> {
        Evaluation(outcome: .init(value: .decided(outcome.value), event: outcome.event))
    }

    /// Hashes a new password, off the shared threads.
    ///
    /// - Throws: ``AccountsError/Code/invalidField`` for a length that is not 8 to 49 characters, and
    ///   ``AccountsError/Code/storeUnavailable`` when too many wait.
    package func hash(password: String) async throws(AccountsError) -> PasswordHash {
        try await passwords.hash(password)
    }
}

extension Group {
    /// Whether the password alone is not enough for a user, whatever else the user has.
    fileprivate func wantsSecondFactor(of user: User) -> Bool {
        secondFactor.binds(user) || securityKeys.binds(user)
    }
}

extension PasswordOutcome.NextStep {
    fileprivate var detail: String {
        switch self {
        case .code: "a code is asked for"
        case .enrolment: "a second factor is to be set up"
        case .securityKey: "a security key is to be added"
        }
    }
}
