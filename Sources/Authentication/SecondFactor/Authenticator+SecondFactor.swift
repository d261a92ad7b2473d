package import Accounts
internal import LoginKey
package import ServiceTokens

// What follows a right password: a code of the second factor, or the first code of a new one. Security keys are in
// Authenticator+SecurityKeys.swift.

extension Authenticator {
    /// Decides on the code that a visit waits for.
    ///
    /// The code and the visit are used up in the transaction of the decision, which checks again whether the user still has
    /// this second factor and this password.
    ///
    /// - Parameters:
    ///   - code: What was typed: six digits of the app, or a recovery code.
    ///   - visit: What the browser has brought.
    ///   - attempt: When, from where, what for.
    /// - Returns: The decision, which is already in the audit.
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
            let claim = Claim(of: snapshot?.user, in: partnerID, kind: check?.kind ?? "code")
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
        if let change = change(since: visit, snapshot, claim, attempt) { return change }
        guard let check else { return refusal(.wrongCode, claim, attempt) }
        guard let snapshot, let user = snapshot.user else { return refusal(.unknownUser, claim, attempt) }
        let isBound = snapshot.group.securityKeys.binds(user)
        switch visit.step {
        // Anybody's page can ask for a code, but not for a security key.
        case .code where isBound && user.hasSecurityKey && check.isOfApp:
            return refusal(.securityKeyNeeded, claim, attempt)
        case .enrolment where isBound && !user.hasSecurityKey:
            return refusal(.securityKeyNeeded, claim, attempt)
        default: return admit(snapshot, at: visit, claim, attempt)
        }
    }

    /// The refusal of a visit whose user, password or second factor is not what it was; `nil` if all are.
    func change(
        since visit: PasswordVisit,
        _ snapshot: AccountSnapshot?,
        _ claim: Claim,
        _ attempt: Attempt
    ) -> Evaluation<Decision>.Outcome? {
        guard let snapshot, let user = snapshot.user else { return refusal(.unknownUser, claim, attempt) }
        guard visit.isStill(of: user), snapshot.group.allowsPasswords else {
            return refusal(.passwordOrFactorChanged, claim, attempt)
        }
        return nil
    }

    /// The checks after the second factor itself.
    ///
    /// If more is to come, nobody is signed in yet, and the audit says so.
    func admit(
        _ snapshot: AccountSnapshot,
        at visit: PasswordVisit,
        _ claim: Claim,
        _ attempt: Attempt
    ) -> Evaluation<Decision>.Outcome {
        var attempt = attempt
        if let user = snapshot.user, visit.next(for: user, in: snapshot.group) != nil { attempt.action = .secondFactor }
        return admit(snapshot, claim, attempt)
    }

    /// What a right code is, for the audit, and what it uses up.
    private struct CodeCheck: Sendable {
        let kind: String
        let isOfApp: Bool
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
        case .securityKey: return nil
        case .code(let number):
            guard let factor = try await store.secondFactor(of: userID, in: partnerID), factor.id.number == number
            else {
                return nil
            }
            if let check = Self.check(code, factor.codes, userID, attempt) { return check }
            guard let digest = RecoveryCode(code)?.digest(for: userID), factor.recoveryDigests.contains(digest) else {
                return nil
            }
            return CodeCheck(
                kind: "password and recovery code",
                isOfApp: false,
                spent: SecondFactor.spending(recoveryDigest: digest)
            )
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
        return CodeCheck(kind: "password and code", isOfApp: true, spent: codes.spending(step: step, of: userID))
    }

    /// Gives a user the second factor whose first code was right.
    ///
    /// - Parameters:
    ///   - grant: What the code has led to.
    ///   - codes: The app's secret.
    ///   - attempt: When, from where.
    /// - Returns: The recovery codes, which are shown once.
    /// - Throws: ``AccountsError/Code/versionConflict`` if the user has got another one meanwhile, and as the store.
    package func enrol(
        _ grant: Grant,
        _ codes: OneTimeCodes,
        attempt: Attempt
    ) async throws(AccountsError) -> [RecoveryCode] {
        let (factor, recovery) = newFactor(of: grant.user, codes, attempt)
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

    /// A second factor with new recovery codes; without an app, one whose secret nobody knows.
    func newFactor(
        of user: User,
        _ codes: OneTimeCodes?,
        _ attempt: Attempt
    ) -> (SecondFactor, [RecoveryCode]) {
        var generator = random.generator
        let recovery = (0..<RecoveryCode.count).map { _ in RecoveryCode(using: &generator) }
        let factor = SecondFactor(
            id: SecondFactor.ID(using: &generator),
            userID: user.id,
            codes: codes ?? OneTimeCodes(using: &generator),
            hasApp: codes != nil,
            recoveryDigests: recovery.map { $0.digest(for: user.id) },
            createdAt: attempt.seconds
        )
        return (factor, recovery)
    }
}

extension Authenticator.Claim {
    /// The claim of a user whose password was right before: whatever follows, the sign-in depends on that.
    init(of user: User?, in partnerID: PartnerID, kind: String) {
        self.init(partnerID: partnerID, kind: kind)
        actor = user?.partnerUserID?.text ?? user?.username.text ?? ""
        root = user?.passwordHash.map { .password(PasswordMark($0)) }
    }
}

extension PasswordVisit {
    /// What must come, or is wanted, between a right code or security key and the sign-in; `nil` for nothing.
    package func next(for user: User, in group: Group) -> PasswordOutcome.NextStep? {
        guard case .code = step else { return nil }
        if group.securityKeys.binds(user), !user.hasSecurityKey { return .securityKey }
        switch aim {
        case .app: return .enrolment
        case .securityKey: return .securityKey
        case .signIn, .removal: return nil
        }
    }

    /// Whether the user's password and second factor are still those that the visit was begun with.
    fileprivate func isStill(of user: User) -> Bool {
        guard Self.mark(of: user) == passwordMark else { return false }
        switch step {
        case .code(let number), .enrolment(_, replacing: let number), .securityKey(replacing: let number):
            return (user.secondFactorID?.number ?? 0) == number
        }
    }

    /// What a right step uses up.
    var spent: SpentCredential {
        SpentCredential(identity: Array(id.utf8), window: 0, forgetAt: ends + 3600)
    }
}
