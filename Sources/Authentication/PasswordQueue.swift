internal import Accounts
internal import Dispatch
internal import Synchronization

/// Checks and hashes passwords one after the other on a thread of its own: scrypt takes tens of milliseconds and 32 MiB.
///
/// Groups take turns, and so do the sources within each (`docs/threats.md#flood`).
final class PasswordQueue: Sendable {
    private struct State {
        var isWorking = false
        var turns = PasswordTurns()

        mutating func next() -> (@Sendable () -> Void)? {
            let work = turns.next()
            isWorking = work != nil
            return work
        }
    }

    /// Whose turn new passwords are; no group has this id.
    private static let administration = "administration"

    private let queue = DispatchQueue(label: "latchkey.passwords")
    private let state = Mutex(State())

    /// Whether a password is the one that was hashed.
    ///
    /// - Parameters:
    ///   - password: What was typed.
    ///   - hash: The user's, or a dummy.
    ///   - group: The user's group; empty for an unknown user.
    ///   - source: The address that it came from.
    /// - Returns: `true` for the right password.
    /// - Throws: ``AccountsError/Code/busy`` when too many of the source or the group wait.
    func matches(
        _ password: String,
        _ hash: PasswordHash,
        group: String,
        source: String
    ) async throws(AccountsError) -> Bool {
        try await run(group: group, source: source) {
            let isPossible = password.unicodeScalars.count <= PasswordHash.maximumLength
            return hash.matches(password: isPossible ? password : "") && isPossible
        }
    }

    /// Hashes a new password, for an administrator.
    ///
    /// - Throws: ``AccountsError/Code/invalidField`` for a length that is not 8 to 49 characters, and
    ///   ``AccountsError/Code/busy`` when too many wait.
    func hash(_ password: String) async throws(AccountsError) -> PasswordHash {
        try Provisioning.check(password: password)
        let hash = try await run(group: Self.administration, source: "") {
            var generator = SystemRandomNumberGenerator()
            return try? PasswordHash(password: password, using: &generator)
        }
        guard let hash else {
            throw AccountsError(code: .storeUnavailable, message: "the password could not be hashed")
        }
        return hash
    }

    private func run<Value: Sendable>(
        group: String,
        source: String,
        _ work: @escaping @Sendable () -> Value
    ) async throws(AccountsError) -> Value {
        let result: Value? = await withCheckedContinuation { continuation in
            let (isTaken, mustStart) = state.withLock { state in
                let isTaken = state.turns.add({ continuation.resume(returning: work()) }, group: group, source: source)
                let mustStart = isTaken && !state.isWorking
                state.isWorking = state.isWorking || mustStart
                return (isTaken, mustStart)
            }
            if mustStart { queue.async { self.work() } }
            if !isTaken { continuation.resume(returning: nil) }
        }
        guard let result else {
            throw AccountsError(code: .busy, message: "too many passwords wait to be checked")
        }
        return result
    }

    private func work() {
        while let work = state.withLock({ $0.next() }) { work() }
    }
}
