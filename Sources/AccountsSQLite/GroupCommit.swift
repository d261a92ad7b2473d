internal import Accounts
internal import Dispatch
internal import GRDB
internal import Synchronization

/// Runs many small pieces of work in one SQLite transaction, so that they share one sync of the disk.
///
/// While one transaction is written, the work that arrives waits and forms the next. One thread writes; callers
/// suspend, they do not block.
final class GroupCommit: Sendable {
    /// One caller's piece of work.
    private struct Job: Sendable {
        let run: @Sendable (BatchContext) throws -> Void
        let finish: @Sendable (AccountsError?) -> Void
    }

    /// What a job came to, until its batch is durable.
    private final class Outcome<Value: Sendable>: Sendable {
        let result = Mutex<Result<Value, AccountsError>?>(nil)
    }

    private struct State {
        var waiting: [Job] = []
        var isDraining = false
    }

    /// More waiting work than this means that the disk cannot follow: further work is refused.
    private static let maximumWaiting = 20_000

    private let pool: DatabasePool
    private let caches: BatchCaches
    private let queue = DispatchQueue(label: "latchkey.store.writer")
    private let state = Mutex(State())

    init(pool: DatabasePool, vault: SecretVault) {
        self.pool = pool
        self.caches = BatchCaches(vault: vault)
    }

    /// Runs work that fails only when the store fails.
    ///
    /// An error ends the whole batch.
    func submit<Value: Sendable>(
        _ body: @escaping @Sendable (BatchContext) throws -> Value
    ) async throws(AccountsError) -> Value {
        try await enqueue { context in .success(try body(context)) }
    }

    /// Runs work that may be refused, within a savepoint: its error goes to its caller alone.
    func submitIsolated<Value: Sendable>(
        _ body: @escaping @Sendable (BatchContext) throws -> Value
    ) async throws(AccountsError) -> Value {
        try await enqueue { context in try context.isolated { try body(context) } }
    }

    /// Runs work on the writer's connection between two batches.
    func submitOutsideTransaction(_ body: @escaping @Sendable (Database) throws -> Void) async throws(AccountsError) {
        let result: Result<Void, AccountsError> = await withCheckedContinuation { continuation in
            queue.async { [pool] in
                let result = Result { try pool.writeWithoutTransaction(body) }
                continuation.resume(returning: result.mapError(AccountsError.unavailable))
            }
        }
        try result.get()
    }

    /// Lets go of the connection, once all work that was handed in is done.
    func finish() {
        queue.sync { caches.forgetStatements() }
    }

    /// Runs work in the next transaction; `completion` gets its result once it is durable, on the writer's thread.
    ///
    /// An error that `body` throws ends the whole batch; one that it returns is its caller's alone.
    func enqueue<Value: Sendable>(
        _ body: @escaping @Sendable (BatchContext) throws -> Result<Value, AccountsError>,
        completion: @escaping @Sendable (Result<Value, AccountsError>) -> Void
    ) {
        let outcome = Outcome<Value>()
        let job = Job(
            run: { context in
                let result = try body(context)
                outcome.result.withLock { $0 = result }
            },
            finish: { error in
                let result = outcome.result.withLock { $0 }
                completion(error.map(Result.failure) ?? result ?? .failure(.unavailable(nil)))
            }
        )
        add(job)
    }

    private func enqueue<Value: Sendable>(
        _ body: @escaping @Sendable (BatchContext) throws -> Result<Value, AccountsError>
    ) async throws(AccountsError) -> Value {
        let result: Result<Value, AccountsError> = await withCheckedContinuation { continuation in
            enqueue(body) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    private func add(_ job: Job) {
        enum Next {
            case wait, drain, refuse
        }
        let next = state.withLock { state in
            guard state.waiting.count < Self.maximumWaiting else { return Next.refuse }
            state.waiting.append(job)
            defer { state.isDraining = true }
            return state.isDraining ? .wait : .drain
        }
        switch next {
        case .wait: break
        case .drain: queue.async { self.drain() }
        case .refuse: job.finish(.unavailable(nil))
        }
    }

    private func drain() {
        while let jobs = takeWaiting() {
            let error = commit(jobs)
            for job in jobs {
                job.finish(error)
            }
        }
    }

    private func takeWaiting() -> [Job]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isDraining = false
                return nil
            }
            defer { state.waiting.removeAll(keepingCapacity: true) }
            return state.waiting
        }
    }

    private func commit(_ jobs: [Job]) -> AccountsError? {
        do {
            try pool.writeWithoutTransaction { database in
                try database.inTransaction(.immediate) {
                    let context = try BatchContext(database: database, caches: caches)
                    for job in jobs {
                        try job.run(context)
                    }
                    return .commit
                }
            }
            return nil
        } catch {
            caches.forget()
            caches.forgetStatements()
            return .unavailable(error)
        }
    }
}

extension AccountsError {
    static func unavailable(_ cause: (any Error)?) -> Self {
        let reason = (cause as? DatabaseError).map { ": \($0.message ?? "\($0.resultCode)")" } ?? ""
        return AccountsError(code: .storeUnavailable, message: "the store is not available\(reason)", cause: cause)
    }
}
