package import Accounts
package import Authentication
package import LoginKey
package import ServiceTokens
package import WebAuthn

// Sign-in with a password in two steps, for pages that can ask for a second factor.

extension SignInService {
    /// What a right password leads to.
    package enum PasswordAnswer: Sendable {
        /// The user is signed in.
        case signedIn(Grant)
        /// More is needed from the user.
        case awaits(PasswordOutcome.NextStep, User)
    }

    /// Signs in a user with a password, or says what to ask for next.
    ///
    /// - Throws: As ``signIn(_:attempt:)``.
    package func signIn(
        _ username: Username,
        password: String,
        aim: PasswordVisit.Aim,
        attempt: Attempt
    ) async throws(AnswerError) -> PasswordAnswer {
        guard refusals.take(attempt.source, at: attempt.time) else { throw .tooManyRequests }
        let result: Result<Decision, AccountsError>
        do {
            let outcome = try await authenticator.authenticate(
                username,
                password: password,
                aim: aim,
                attempt: attempt
            )
            switch outcome {
            case .awaits(let step, let user):
                refusals.giveBack(attempt.source)
                return .awaits(step, user)
            case .decided(let decision): result = .success(decision)
            }
        } catch {
            result = .failure(error)
        }
        return .signedIn(try settle(result, attempt).get())
    }

    /// Signs in a user with the code that a visit waits for; the number of wrong ones is limited.
    ///
    /// - Throws: As ``signIn(_:attempt:)``.
    package func signIn(
        code: String,
        of visit: PasswordVisit,
        attempt: Attempt
    ) async throws(AnswerError) -> Grant {
        try await pass(visit, attempt) { () async throws(AccountsError) in
            try await authenticator.authenticate(code: code, of: visit, attempt: attempt)
        }
    }

    /// Signs in a user with a security key, instead of the code that a visit waits for.
    ///
    /// - Throws: As ``signIn(_:attempt:)``.
    package func signIn(
        _ assertion: Assertion,
        of visit: PasswordVisit,
        at relyingParty: RelyingParty,
        attempt: Attempt
    ) async throws(AnswerError) -> Grant {
        // A key cannot be guessed: somebody else's wrong codes do not keep out its owner.
        try await pass(attempt) { () async throws(AccountsError) in
            try await authenticator.authenticate(assertion, of: visit, at: relyingParty, attempt: attempt)
        }
    }

    /// Adds the security key that a visit waits for, and signs its user in.
    ///
    /// - Returns: The sign-in, and recovery codes that are shown once, if the user got any.
    /// - Throws: As ``signIn(_:attempt:)``, and ``AccountsError`` if the user has changed meanwhile.
    package func addSecurityKey(
        _ registration: Registration,
        name: String,
        of visit: PasswordVisit,
        at relyingParty: RelyingParty,
        attempt: Attempt
    ) async throws -> (Grant, [RecoveryCode]) {
        let credential = visit.verify(registration, at: relyingParty)
        let grant = try await pass(attempt) { () async throws(AccountsError) in
            try await authenticator.authenticate(adding: credential, of: visit, attempt: attempt)
        }
        let recovery = try await authenticator.addSecurityKey(
            credential.get(),
            name: name,
            of: grant,
            attempt: attempt
        )
        return (grant, recovery)
    }

    /// Decides on a step after a right password: the number of wrong ones per user is limited, whoever tries.
    private func pass(
        _ visit: PasswordVisit,
        _ attempt: Attempt,
        _ decide: () async throws(AccountsError) -> Decision
    ) async throws(AnswerError) -> Grant {
        let user = "\(visit.groupID)/\(visit.userID)"
        guard codes.take(user, at: attempt.time) else {
            return try await pass(attempt) { () async throws(AccountsError) in
                let partnerID = try? PartnerID(parsing: visit.groupID)
                return try await authenticator.refuse(.tooManyCodes, in: partnerID, attempt: attempt)
            }
        }
        do throws(AnswerError) {
            let grant = try await pass(attempt, decide)
            codes.giveBack(user)
            return grant
        } catch {
            // Only what was decided on counts.
            if error != .refused { codes.giveBack(user) }
            throw error
        }
    }
}
