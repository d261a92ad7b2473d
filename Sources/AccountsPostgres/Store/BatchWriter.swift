internal import Accounts
internal import AccountsSQL
internal import Dispatch
internal import Synchronization

/// Runs many pieces of work in one transaction, so that they share its round trips and its commit.
///
/// What arrives while one transaction runs forms the next. Callers suspend, they do not block.
final class BatchWriter: Sendable {
    /// A change, for a caller that waits.
    struct Work: Sendable {
        let scope: WriteScope
        /// Runs in a transaction; may run again.
        let run: @Sendable (WorkTransaction) throws -> Void
        /// What `run` does, where it can be sent together with others; its outcome is told to `settle` then.
        var change: RowChange?
        var settle: @Sendable (AccountsError?) -> Void = { _ in }
        /// Hears that it is durable, or why nothing of it was done.
        let finish: @Sendable (AccountsError?) -> Void
    }

    private struct State {
        var decisions: [any AuthenticationTransaction] = []
        var works: [Work] = []
        var isDraining = false

        var count: Int { decisions.count + works.count }
    }

    /// More waiting than this means that the database cannot follow: further work is refused.
    private static let maximumWaiting = 20_000
    /// So many decisions share a transaction at most.
    private static let maximumDecisions = 512
    /// So many other changes do: each has statements of its own.
    private static let maximumWorks = 128

    private let queue = DispatchQueue(label: "latchkey.postgres.writer")
    private let state = Mutex(State())
    private let writer: WriterState

    init(connector: PostgresConnector, vault: SecretVault) {
        writer = WriterState(connector: connector, vault: vault)
    }

    /// Carries a decision out in the next transaction.
    func enqueue(_ transaction: any AuthenticationTransaction) {
        if !add({ $0.decisions.append(transaction) }) { transaction.complete(.failure(.unavailable(nil))) }
    }

    /// Runs work that may be refused; its error goes to its caller alone.
    func submit<Value: Sendable>(
        _ scope: WriteScope,
        _ body: @escaping @Sendable (any SQLTransaction) throws -> Value
    ) async throws(AccountsError) -> Value {
        try await submit { outcome, finish in
            Work(
                scope: scope,
                run: { transaction in
                    let result = try transaction.isolated { try body(transaction) }
                    outcome.result.withLock { $0 = result }
                },
                finish: finish
            )
        }
    }

    /// Makes a change, which is sent together with others.
    func submit(_ change: RowChange) async throws(AccountsError) {
        try await submit { outcome, finish in
            Work(
                scope: .rows,
                run: { transaction in
                    let result = try transaction.isolated { try change.carryOut(in: transaction) }
                    outcome.result.withLock { $0 = result }
                },
                change: change,
                settle: { error in outcome.result.withLock { $0 = error.map(Result.failure) ?? .success(()) } },
                finish: finish
            )
        }
    }

    private func submit<Value: Sendable>(
        _ work: (Outcome<Value>, @escaping @Sendable (AccountsError?) -> Void) -> Work
    ) async throws(AccountsError) -> Value {
        let outcome = Outcome<Value>()
        let result: Result<Value, AccountsError> = await withCheckedContinuation { continuation in
            let work = work(outcome) { error in
                let result = outcome.result.withLock { $0 }
                continuation.resume(returning: error.map(Result.failure) ?? result ?? .failure(.unavailable(nil)))
            }
            if !add({ $0.works.append(work) }) { work.finish(.unavailable(nil)) }
        }
        return try result.get()
    }

    /// Lets go of the connection, once all work that was submitted is done.
    func finish() {
        queue.sync { writer.disconnect() }
    }

    /// What a work came to, until its batch is durable.
    private final class Outcome<Value: Sendable>: Sendable {
        let result = Mutex<Result<Value, AccountsError>?>(nil)
    }

    /// Lets something wait for the next transaction; `false` if too much waits already.
    private func add(_ append: (inout State) -> Void) -> Bool {
        let (isTaken, isFirst) = state.withLock { state in
            guard state.count < Self.maximumWaiting else { return (false, false) }
            append(&state)
            defer { state.isDraining = true }
            return (true, !state.isDraining)
        }
        if isFirst { queue.async { self.drain() } }
        return isTaken
    }

    private func drain() {
        while let batch = takeBatch() {
            if !batch.works.isEmpty { WorkBatch(works: batch.works, writer: writer).run() }
            if !batch.decisions.isEmpty { DecisionBatch(batch.decisions, writer: writer).run() }
        }
    }

    private func takeBatch() -> State? {
        state.withLock { state in
            guard state.count > 0 else {
                state.isDraining = false
                return nil
            }
            var batch = State()
            batch.works = Array(state.works.prefix(Self.maximumWorks))
            batch.decisions = Array(state.decisions.prefix(Self.maximumDecisions))
            state.works.removeFirst(batch.works.count)
            state.decisions.removeFirst(batch.decisions.count)
            return batch
        }
    }
}
