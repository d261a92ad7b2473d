internal import Accounts
internal import Dispatch
internal import Synchronization

/// Checks passwords one after the other on a thread of its own: scrypt takes tens of milliseconds and 32 MiB.
final class PasswordQueue: Sendable {
    /// More than this waiting means that somebody floods: further checks are refused.
    private static let maximumWaiting = 64

    private let queue = DispatchQueue(label: "latchkey.passwords")
    private let waiting = Mutex(0)

    /// - Throws: ``AccountsError/Code/storeUnavailable`` when too many wait.
    func matches(_ password: String, _ hash: PasswordHash) async throws(AccountsError) -> Bool {
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
                let isPossible = password.unicodeScalars.count <= PasswordHash.maximumLength
                let matches = hash.matches(password: isPossible ? password : "")
                waiting.withLock { $0 -= 1 }
                continuation.resume(returning: matches && isPossible)
            }
        }
    }
}
