internal import Accounts

/// Checks and hashes passwords one after the other: scrypt takes tens of milliseconds and 32 MiB.
///
/// Groups take turns, and so do the sources within each (`docs/threats.md#flood`).
final class PasswordQueue: Sendable {
    /// The turn that new passwords take; no group has this id.
    private static let administration = "administration"

    private let queue = TurnQueue(label: "latchkey.passwords")

    /// Whether a password is the one that was hashed.
    ///
    /// - Parameters:
    ///   - password: What was typed.
    ///   - hash: The user's, or a dummy.
    ///   - group: The user's group; empty for an unknown user.
    ///   - source: The address that it came from.
    /// - Returns: `true` for the right password.
    /// - Throws: ``AccountsError/Code/busy`` when too many are waiting for the source or the group.
    func matches(
        _ password: String,
        _ hash: PasswordHash,
        group: String,
        source: String
    ) async throws(AccountsError) -> Bool {
        try await queue.run(group: group, source: source) {
            let isPossible = password.unicodeScalars.count <= PasswordHash.maximumLength
            return hash.matches(password: isPossible ? password : "") && isPossible
        }
    }

    /// Gives up what is waiting.
    func stop() {
        queue.stop()
    }

    /// Hashes a new password, for an administrator.
    ///
    /// - Throws: ``AccountsError/Code/invalidField`` for a length that is not 8 to 49 characters, and
    ///   ``AccountsError/Code/busy`` when too many wait.
    func hash(_ password: String) async throws(AccountsError) -> PasswordHash {
        try Provisioning.check(password: password)
        let hash = try await queue.run(group: Self.administration, source: "") {
            var generator = SystemRandomNumberGenerator()
            return try? PasswordHash(password: password, using: &generator)
        }
        guard let hash else {
            throw AccountsError(code: .storeUnavailable, message: "the password could not be hashed")
        }
        return hash
    }
}
