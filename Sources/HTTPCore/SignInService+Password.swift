package import Accounts
package import Authentication
package import LoginKey
package import ServiceTokens

// Sign-in with a password in two steps, for pages that can ask for a second factor.

extension SignInService {
    /// What a right password has come to.
    package enum PasswordAnswer: Sendable {
        /// The user is signed in.
        case signedIn(Grant)
        /// More is needed of the user.
        case awaits(PasswordOutcome.NextStep, User)
    }

    /// Signs somebody in with a password, or says what is to be asked for next.
    ///
    /// - Throws: As ``signIn(_:attempt:)``.
    package func signIn(
        _ username: Username,
        password: String,
        isForEnrolment: Bool,
        attempt: Attempt
    ) async throws(AnswerError) -> PasswordAnswer {
        guard refusals.take(attempt.source, at: attempt.time) else { throw .tooManyRequests }
        let result: Result<Decision, AccountsError>
        do {
            let outcome = try await authenticator.authenticate(
                username,
                password: password,
                isForEnrolment: isForEnrolment,
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

    /// Signs somebody in with the code that a visit waits for; a user has only so many wrong ones.
    ///
    /// - Throws: As ``signIn(_:attempt:)``.
    package func signIn(
        code: String,
        of visit: PasswordVisit,
        attempt: Attempt
    ) async throws(AnswerError) -> Grant {
        let user = "\(visit.groupID)/\(visit.userID)"
        guard codes.take(user, at: attempt.time) else {
            return try await pass(attempt) { () async throws(AccountsError) in
                let partnerID = try? PartnerID(parsing: visit.groupID)
                return try await authenticator.refuse(.tooManyCodes, in: partnerID, attempt: attempt)
            }
        }
        do throws(AnswerError) {
            let grant = try await pass(attempt) { () async throws(AccountsError) in
                try await authenticator.authenticate(code: code, of: visit, attempt: attempt)
            }
            codes.giveBack(user)
            return grant
        } catch {
            // Only what was decided on counts.
            if error != .refused { codes.giveBack(user) }
            throw error
        }
    }
}
