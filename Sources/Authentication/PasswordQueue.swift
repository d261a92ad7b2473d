internal import Accounts
internal import Dispatch
internal import Synchronization

/// Checks and hashes passwords one after the other on a thread of its own: scrypt takes tens of milliseconds and 32 MiB.
///
/// Sources take turns: whoever sends many waits behind himself (`docs/threats.md#flood`).
final class PasswordQueue: Sendable {
    /// What one source may have waiting, and all together.
    private static let (maximumOfSource, maximum) = (8, 4096)

    private struct State {
        var isWorking = false
        var count = 0
        /// Who waits, in the order of their turns.
        var turns: [String] = []
        var waiting: [String: [@Sendable () -> Void]] = [:]

        mutating func add(_ work: @escaping @Sendable () -> Void, of source: String?) -> Bool {
            guard count < maximum, source == nil || waiting[source ?? "", default: []].count < maximumOfSource else {
                return false
            }
            let source = source ?? ""
            if waiting[source] == nil { turns.append(source) }
            waiting[source, default: []].append(work)
            count += 1
            return true
        }

        /// The first of the source whose turn it is, which then waits behind all others.
        mutating func next() -> (@Sendable () -> Void)? {
            guard let source = turns.first, var works = waiting[source], let work = works.first else {
                isWorking = false
                return nil
            }
            works.removeFirst()
            turns.removeFirst()
            waiting[source] = works.isEmpty ? nil : works
            if !works.isEmpty { turns.append(source) }
            count -= 1
            return work
        }
    }

    private let queue = DispatchQueue(label: "latchkey.passwords")
    private let state = Mutex(State())

    /// Whether a password is the one that was hashed.
    ///
    /// - Throws: ``AccountsError/Code/busy`` when too many of the source wait.
    func matches(_ password: String, _ hash: PasswordHash, from source: String) async throws(AccountsError) -> Bool {
        try await run(for: source) {
            let isPossible = password.unicodeScalars.count <= PasswordHash.maximumLength
            return hash.matches(password: isPossible ? password : "") && isPossible
        }
    }

    /// Hashes a new password, for an administrator.
    ///
    /// - Throws: ``AccountsError/Code/invalidField`` for a length that is not 8 to 49 characters, and
    ///   ``AccountsError/Code/busy`` when too many of the source wait.
    func hash(_ password: String) async throws(AccountsError) -> PasswordHash {
        let range = PasswordHash.minimumLength...PasswordHash.maximumLength
        guard range.contains(password.unicodeScalars.count) else {
            throw AccountsError(
                code: .invalidField,
                message: "a password has \(range.lowerBound) to \(range.upperBound) characters"
            )
        }
        let hash = try await run(for: nil) {
            var generator = SystemRandomNumberGenerator()
            return try? PasswordHash(password: password, using: &generator)
        }
        guard let hash else {
            throw AccountsError(code: .storeUnavailable, message: "the password could not be hashed")
        }
        return hash
    }

    private func run<Value: Sendable>(
        for source: String?,
        _ work: @escaping @Sendable () -> Value
    ) async throws(AccountsError) -> Value {
        let result: Value? = await withCheckedContinuation { continuation in
            let (isTaken, mustStart) = state.withLock { state in
                let isTaken = state.add({ continuation.resume(returning: work()) }, of: source)
                let mustStart = isTaken && !state.isWorking
                state.isWorking = state.isWorking || mustStart
                return (isTaken, mustStart)
            }
            if mustStart { queue.async { self.work() } }
            if !isTaken { continuation.resume(returning: nil) }
        }
        guard let result else {
            throw AccountsError(code: .busy, message: "too many passwords of this source wait to be checked")
        }
        return result
    }

    private func work() {
        while let work = state.withLock({ $0.next() }) { work() }
    }
}
