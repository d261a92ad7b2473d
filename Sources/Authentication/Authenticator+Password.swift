package import Accounts
internal import LoginKey

extension Authenticator {
    func authenticate(
        _ username: Username,
        password: String,
        attempt: Attempt
    ) async throws(AccountsError) -> Decision {
        let user = try await store.snapshot(of: .username(username), at: attempt.seconds)?.user
        let known = user?.passwordHash
        let matches = try await passwords.matches(
            password,
            known ?? dummy.passwordHash,
            group: user?.partnerID.text ?? "",
            source: attempt.source
        )
        return try await store.evaluate(on: .username(username), at: attempt.seconds) { [self] snapshot in
            let claim = Claim(partnerID: snapshot?.user?.partnerID, actor: username.text, kind: "password")
            guard let snapshot else { return Evaluation(outcome: refusal(.unknownUser, claim, attempt)) }
            // The hash is compared again: the password may have been changed while it was being checked.
            guard matches, known != nil, snapshot.user?.passwordHash == known else {
                return Evaluation(outcome: refusal(.wrongPassword, claim, attempt))
            }
            guard snapshot.group.allowsPasswords else {
                return Evaluation(outcome: refusal(.passwordNotAllowed, claim, attempt))
            }
            return Evaluation(outcome: admit(snapshot, claim, attempt))
        }
    }

    /// Hashes a new password, off the shared threads.
    ///
    /// - Throws: ``AccountsError/Code/invalidField`` for a length that is not 8 to 49 characters, and
    ///   ``AccountsError/Code/storeUnavailable`` when too many wait.
    package func hash(password: String) async throws(AccountsError) -> PasswordHash {
        try await passwords.hash(password)
    }
}
