internal import Accounts
internal import Dispatch
internal import Synchronization

/// Checks and hashes passwords one after the other on a thread of its own: scrypt takes tens of milliseconds and 32 MiB.
final class PasswordQueue: Sendable {
    /// More than this waiting means that somebody floods: further checks are refused.
    private static let maximumWaiting = 64

    private let queue = DispatchQueue(label: "latchkey.passwords")
    private let waiting = Mutex(0)

    /// Whether a password is the one that was hashed.
    ///
    /// - Throws: ``AccountsError/Code/storeUnavailable`` when too many wait.
    func matches(_ password: String, _ hash: PasswordHash) async throws(AccountsError) -> Bool {
        try await run {
            let isPossible = password.unicodeScalars.count <= PasswordHash.maximumLength
            return hash.matches(password: isPossible ? password : "") && isPossible
        }
    }

    /// Hashes a new password.
    ///
    /// - Throws: ``AccountsError/Code/invalidField`` for a length that is not 8 to 49 characters, and
    ///   ``AccountsError/Code/storeUnavailable`` when too many wait.
    func hash(_ password: String) async throws(AccountsError) -> PasswordHash {
        let range = PasswordHash.minimumLength...PasswordHash.maximumLength
        guard range.contains(password.unicodeScalars.count) else {
            throw AccountsError(
                code: .invalidField,
                message: "a password has \(range.lowerBound) to \(range.upperBound) characters"
            )
        }
        let hash = try await run {
            var generator = SystemRandomNumberGenerator()
            return try? PasswordHash(password: password, using: &generator)
        }
        guard let hash else {
            throw AccountsError(code: .storeUnavailable, message: "the password could not be hashed")
        }
        return hash
    }

    private func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async throws(AccountsError) -> Value {
        let isFull = waiting.withLock { count in
            guard count < Self.maximumWaiting else { return true }
            count += 1
            return false
        }
        guard !isFull else {
            throw AccountsError(code: .storeUnavailable, message: "too many passwords wait to be checked")
        }
        return await withCheckedContinuation { continuation in
            queue.async { [self] in
                let value = work()
                waiting.withLock { $0 -= 1 }
                continuation.resume(returning: value)
            }
        }
    }
}
