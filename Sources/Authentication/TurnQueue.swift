internal import Accounts
internal import Dispatch
internal import Synchronization

/// Runs work that blocks, one piece after the other on its own thread, in the turns of ``PasswordTurns``.
final class TurnQueue: Sendable {
    private struct State {
        var isWorking = false
        var turns = PasswordTurns()

        mutating func next() -> (@Sendable () -> Void)? {
            let work = turns.next()
            isWorking = work != nil
            return work
        }
    }

    private let queue: DispatchQueue
    private let state = Mutex(State())
    private let isStopped = Atomic(false)

    /// Makes a queue.
    ///
    /// - Parameter label: Names its thread.
    init(label: String) {
        self.queue = DispatchQueue(label: label)
    }

    /// Runs work when its turn has come.
    ///
    /// - Parameters:
    ///   - group: For which group; empty where none is known.
    ///   - source: For which source, an address.
    ///   - work: What blocks.
    /// - Returns: What it came to.
    /// - Throws: ``AccountsError/Code/busy`` when too much is waiting for the source or the group, and
    ///   ``AccountsError/Code/storeUnavailable`` once the queue has been stopped.
    func run<Value: Sendable>(
        group: String,
        source: String,
        _ work: @escaping @Sendable () -> Value
    ) async throws(AccountsError) -> Value {
        let result: Value? = await withCheckedContinuation { continuation in
            let (isTaken, mustStart) = state.withLock { state in
                let isTaken = state.turns.add(
                    { [self] in
                        continuation.resume(returning: isStopped.load(ordering: .relaxed) ? nil : work())
                    },
                    group: group,
                    source: source
                )
                let mustStart = isTaken && !state.isWorking
                state.isWorking = state.isWorking || mustStart
                return (isTaken, mustStart)
            }
            if mustStart { queue.async { self.work() } }
            if !isTaken { continuation.resume(returning: nil) }
        }
        guard let result else {
            guard !isStopped.load(ordering: .relaxed) else {
                throw AccountsError(code: .storeUnavailable, message: "the server ends")
            }
            throw AccountsError(code: .busy, message: "too much waits to be checked")
        }
        return result
    }

    /// Gives up what is waiting: whoever has sent the most must not delay the end of the server.
    func stop() {
        isStopped.store(true, ordering: .relaxed)
    }

    private func work() {
        while let work = state.withLock({ $0.next() }) { work() }
    }
}
