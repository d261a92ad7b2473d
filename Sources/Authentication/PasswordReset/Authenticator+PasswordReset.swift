internal import AccountAdministration
package import Accounts
package import LoginKey
internal import ServiceTokens

// From a forgotten password to a new one (`docs/passwords.md#forgotten`).

extension Authenticator {
    /// Decides whether a user who says that the password is forgotten is sent a link.
    ///
    /// It changes nothing: whoever asks, the password stays as it is, and valid.
    ///
    /// - Parameters:
    ///   - user: Whom it is for.
    ///   - name: How the user was named, for the audit.
    ///   - canGetMail: Whether mail can be sent to an address.
    ///   - attempt: When, from where.
    /// - Returns: The link, or the reason, which are already in the audit.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func offerPasswordReset(
        of user: AccountReference,
        named name: String,
        canGetMail: @escaping @Sendable (String) -> Bool,
        attempt: Attempt
    ) async throws(AccountsError) -> PasswordResetOffer {
        let id = random.correlationID()
        return try await store.evaluate(on: user, at: attempt.seconds) { [self] snapshot in
            let claim = Claim(partnerID: snapshot?.group.partnerID, actor: snapshot?.user?.username.text ?? name)
            func refused(_ reason: RefusalReason) -> Evaluation<PasswordResetOffer> {
                let event = event(.refused, reason.description, claim, attempt)
                return Evaluation(outcome: .init(value: .refused(reason), event: event))
            }
            guard let snapshot, let user = snapshot.user else { return refused(.unknownUser) }
            if let reason = Self.objection(to: user, snapshot.group) { return refused(reason) }
            guard let hash = user.passwordHash else { return refused(.noPassword) }
            guard canGetMail(user.email) else { return refused(.noEmail) }
            let claims = PasswordResetClaims(
                id: id,
                of: user,
                replacing: PasswordMark(hash),
                correlationID: attempt.correlationID,
                issuedAt: attempt.seconds
            )
            guard let token = try? signers.passwordReset.sign(claims) else { return refused(.invalidToken) }
            return Evaluation(
                outcome: .init(
                    value: .link(PasswordResetLink(token: token, user: user, group: snapshot.group)),
                    event: event(.granted, "", claim, attempt, detail: "a link is sent by mail")
                )
            )
        }
    }

    /// Writes down why no link was sent, or why the mail did not get there.
    ///
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func refusePasswordReset(
        _ reason: RefusalReason,
        of user: User?,
        in partnerID: PartnerID?,
        named name: String,
        attempt: Attempt
    ) async throws(AccountsError) {
        let claim = Claim(partnerID: user?.partnerID ?? partnerID, actor: user?.username.text ?? name)
        try await store.append([event(.refused, reason.description, claim, attempt)])
    }

    /// Whether a link could set a password now; this does not use it up.
    ///
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func isPasswordResetGood(_ token: String, at now: Int64) async throws(AccountsError) -> Bool {
        guard let claims = try? signers.passwordReset.verify(token, at: now),
            let partnerID = try? PartnerID(parsing: claims.groupId),
            let snapshot = try await store.snapshot(of: .person(partnerID, User.ID(claims.sub)), at: now),
            let user = snapshot.user
        else { return false }
        return Self.objection(to: user, snapshot.group) == nil && claims.replaces(passwordOf: user)
    }

    /// Uses up a link, and sets the password.
    ///
    /// The link is used up in the transaction of the decision, whatever that is. The password is set afterwards, by the rules of
    /// ``UserAdministration``, if the old one is still the one that the link was made for. That ends sign-ins with the old one
    /// (``SignInRoot``); the second factor stays.
    ///
    /// - Parameters:
    ///   - token: What the link has brought.
    ///   - password: The new one.
    ///   - attempt: When, from where; the request's correlation id replaces its own.
    /// - Returns: The user, or the reason, which are already in the audit.
    /// - Throws: ``AccountsError/Code/invalidField`` for a password that is too short or too long, which uses nothing up;
    ///   ``AccountsError/Code/busy``, ``AccountsError/Code/storeUnavailable``.
    package func resetPassword(
        by token: String,
        to password: String,
        attempt: Attempt
    ) async throws(AccountsError) -> PasswordResetOutcome {
        let claims: PasswordResetClaims
        do {
            claims = try signers.passwordReset.verify(token, at: attempt.seconds)
        } catch {
            return try await refused(error, attempt)
        }
        guard let partnerID = try? PartnerID(parsing: claims.groupId) else {
            return try await refused(.malformed, attempt)
        }
        var attempt = attempt
        attempt.correlationID = CorrelationID(claims.cid) ?? attempt.correlationID
        try Provisioning.check(password: password)
        // Without it every opening of a spent link would cost a hash.
        let isGood = try await isPasswordResetGood(token, at: attempt.seconds)
        let newHash = try await isGood ? hash(password: password) : nil
        let outcome = try await spend(claims, partnerID, attempt)
        guard case .changed(let user, let group) = outcome else { return outcome }
        guard let newHash else { return .refused(.passwordChanged) }
        return try await change(user, group, to: newHash, claims, attempt)
    }

    private func refused(
        _ error: TokenError,
        _ attempt: Attempt
    ) async throws(AccountsError) -> PasswordResetOutcome {
        guard case .refused(let reason) = try await refuse(error, Claim(kind: "link"), attempt) else {
            return .refused(.invalidToken)
        }
        return .refused(reason)
    }

    private func spend(
        _ claims: PasswordResetClaims,
        _ partnerID: PartnerID,
        _ attempt: Attempt
    ) async throws(AccountsError) -> PasswordResetOutcome {
        let spent = SpentCredential(identity: Array(claims.jti.utf8), window: 0, forgetAt: claims.exp + 3600)
        return try await store.evaluate(on: .person(partnerID, User.ID(claims.sub)), at: attempt.seconds) {
            [self] snapshot in
            let actor = snapshot?.user?.username.text ?? ""
            let claim = Claim(partnerID: partnerID, actor: actor, kind: "link")
            func refused(_ reason: RefusalReason) -> Evaluation<PasswordResetOutcome>.Outcome {
                .init(value: .refused(reason), event: event(.refused, reason.description, claim, attempt))
            }
            let outcome: Evaluation<PasswordResetOutcome>.Outcome
            if let snapshot, let user = snapshot.user {
                if let reason = Self.objection(to: user, snapshot.group) {
                    outcome = refused(reason)
                } else if !claims.replaces(passwordOf: user) {
                    outcome = refused(.passwordChanged)
                } else {
                    outcome = .init(
                        value: .changed(user, snapshot.group),
                        event: event(.granted, "", claim, attempt)
                    )
                }
            } else {
                outcome = refused(.unknownUser)
            }
            return Evaluation(outcome: outcome, spend: (spent, refused(.alreadyUsed)))
        }
    }

    private func change(
        _ user: User,
        _ group: Group,
        to hash: PasswordHash,
        _ claims: PasswordResetClaims,
        _ attempt: Attempt
    ) async throws(AccountsError) -> PasswordResetOutcome {
        let claim = Claim(partnerID: user.partnerID, actor: user.username.text, kind: "link")
        let administrator = Administrator(
            user.id,
            recording: event(.granted, "", claim, attempt),
            by: "\(attempt.purpose) by link"
        )
        do {
            let changed = try await UserAdministration(store: store, by: administrator)
                .update {
                    try await store.users([user.id], of: user.partnerID).first.orThrow(PasswordIsAnother())
                } _: { wanted in
                    guard claims.replaces(passwordOf: wanted) else { throw PasswordIsAnother() }
                    wanted.passwordHash = hash
                }
            return .changed(changed, group)
        } catch is PasswordIsAnother {
            try await store.append([event(.refused, RefusalReason.passwordChanged.description, claim, attempt)])
            return .refused(.passwordChanged)
        } catch let error as AccountsError {
            throw error
        } catch {
            throw AccountsError(code: .storeUnavailable, message: "the password could not be set")
        }
    }

    /// What speaks against a new password for a user; it unlocks a user who is locked out.
    private static func objection(to user: User, _ group: Group) -> RefusalReason? {
        switch user.state {
        case .suspended: .userSuspended
        case .deleted: .userDeleted
        case .active, .lockedOut: group.allowsPasswords ? nil : .passwordNotAllowed
        }
    }
}

/// The password was changed between the decision and the change.
private struct PasswordIsAnother: Error {}

extension Optional {
    fileprivate func orThrow(_ error: some Error) throws -> Wrapped {
        guard let self else { throw error }
        return self
    }
}
