package import Accounts
internal import LoginKey
package import ServiceTokens

// What follows a right password: a code of the second factor, or the first code of a new one.

extension Authenticator {
    /// Decides on the code that a visit waits for.
    ///
    /// The code and the visit are used up in the transaction of the decision, which reads anew whether the user still has
    /// this second factor and this password.
    ///
    /// - Parameters:
    ///   - code: What was typed: six digits of the app, or a recovery code.
    ///   - visit: What the browser has brought.
    ///   - attempt: When, from where, what for.
    /// - Returns: The decision, which is in the audit already.
    /// - Throws: ``AccountsError/Code/storeUnavailable``, ``AccountsError/Code/unreadableSecret``.
    package func authenticate(
        code: String,
        of visit: PasswordVisit,
        attempt: Attempt
    ) async throws(AccountsError) -> Decision {
        guard let partnerID = try? PartnerID(parsing: visit.groupID) else { return .refused(.invalidToken) }
        let userID = User.ID(visit.userID)
        let check = try await check(code, visit, userID, partnerID, attempt)
        return try await store.evaluate(on: .person(partnerID, userID), at: attempt.seconds) { [self] snapshot in
            var claim = Claim(partnerID: partnerID, kind: check?.kind ?? "code")
            claim.actor = snapshot?.user?.partnerUserID?.text ?? snapshot?.user?.username.text ?? ""
            let outcome = outcome(of: check, visit, snapshot, claim, attempt)
            guard let check, outcome.value.grant != nil else { return Evaluation(outcome: outcome) }
            return Evaluation(
                outcome: outcome,
                spend: (check.spent, refusal(.alreadyUsed, claim, attempt)),
                alsoSpends: visit.spent
            )
        }
    }

    private func outcome(
        of check: CodeCheck?,
        _ visit: PasswordVisit,
        _ snapshot: AccountSnapshot?,
        _ claim: Claim,
        _ attempt: Attempt
    ) -> Evaluation<Decision>.Outcome {
        guard let snapshot, let user = snapshot.user else { return refusal(.unknownUser, claim, attempt) }
        guard visit.isStill(of: user), snapshot.group.allowsPasswords else {
            return refusal(.passwordOrFactorChanged, claim, attempt)
        }
        var claim = claim
        claim.root = user.passwordHash.map { .password(PasswordMark($0)) }
        return check == nil ? refusal(.wrongCode, claim, attempt) : admit(snapshot, claim, attempt)
    }

    /// What a right code is, for the audit, and what is used up by it.
    private struct CodeCheck: Sendable {
        let kind: String
        let spent: SpentCredential
    }

    private func check(
        _ code: String,
        _ visit: PasswordVisit,
        _ userID: User.ID,
        _ partnerID: PartnerID,
        _ attempt: Attempt
    ) async throws(AccountsError) -> CodeCheck? {
        switch visit.step {
        case .enrolment(let secret, _):
            guard let codes = OneTimeCodes(secret) else { return nil }
            return Self.check(code, codes, userID, attempt)
        case .code(let number):
            guard let factor = try await store.secondFactor(of: userID, in: partnerID), factor.id.number == number
            else {
                return nil
            }
            if let check = Self.check(code, factor.codes, userID, attempt) { return check }
            guard let digest = RecoveryCode(code)?.digest(for: userID), factor.recoveryDigests.contains(digest) else {
                return nil
            }
            return CodeCheck(kind: "password and recovery code", spent: SecondFactor.spending(recoveryDigest: digest))
        }
    }

    private static func check(
        _ code: String,
        _ codes: OneTimeCodes,
        _ userID: User.ID,
        _ attempt: Attempt
    ) -> CodeCheck? {
        let digits = code.filter { !$0.isWhitespace }
        guard let step = codes.step(of: digits, at: attempt.seconds) else { return nil }
        return CodeCheck(kind: "password and code", spent: codes.spending(step: step, of: userID))
    }

    /// Gives a user the second factor whose first code was right.
    ///
    /// - Parameters:
    ///   - grant: What the code has come to.
    ///   - codes: The app's secret.
    ///   - attempt: When, from where.
    /// - Returns: The recovery codes, which are shown once.
    /// - Throws: ``AccountsError/Code/versionConflict`` if the user has got another one meanwhile, and as the store.
    package func enrol(
        _ grant: Grant,
        _ codes: OneTimeCodes,
        attempt: Attempt
    ) async throws(AccountsError) -> [RecoveryCode] {
        var generator = random.generator
        let recovery = (0..<RecoveryCode.count).map { _ in RecoveryCode(using: &generator) }
        let factor = SecondFactor(
            id: SecondFactor.ID(using: &generator),
            userID: grant.user.id,
            codes: codes,
            recoveryDigests: recovery.map { $0.digest(for: grant.user.id) },
            createdAt: attempt.seconds
        )
        var attempt = attempt
        attempt.action = .secondFactor
        let claim = Claim(partnerID: grant.group.partnerID, actor: grant.actor, kind: "password and code")
        let detail = grant.user.secondFactorID == nil ? "set up" : "replaced"
        try await store.saveSecondFactor(
            factor,
            of: grant.user,
            recording: event(.granted, "", claim, attempt, detail: detail)
        )
        return recovery
    }
}

extension PasswordVisit {
    /// Whether the user's password and second factor are still those that the visit was begun with.
    fileprivate func isStill(of user: User) -> Bool {
        guard Self.mark(of: user) == passwordMark else { return false }
        switch step {
        case .code(let number), .enrolment(_, replacing: let number):
            return (user.secondFactorID?.number ?? 0) == number
        }
    }

    fileprivate var spent: SpentCredential {
        SpentCredential(identity: Array(id.utf8), window: 0, forgetAt: ends + 3600)
    }
}
