internal import Accounts
internal import AccountsSQL
internal import Dispatch
internal import GRDB
internal import Synchronization

/// Runs many small pieces of work in one SQLite transaction, so that they share its cost and one sync of the disk.
///
/// What arrives while one transaction runs forms the next; a second thread syncs the disk and tells the callers
/// (``SyncQueue``). Callers suspend, they do not block.
final class GroupCommit: Sendable {
    /// One caller's piece of work.
    private enum Job: Sendable {
        /// A decision: what is asked for most, so it comes without closures around it.
        case transaction(any AuthenticationTransaction)
        case work(run: @Sendable (BatchContext) throws -> Void, finish: @Sendable (AccountsError?) -> Void)

        /// Runs it; what it returns is its own failure, what it throws the batch's.
        func run(in context: BatchContext) throws -> AccountsError? {
            switch self {
            case .transaction(let transaction): return try context.perform(transaction)
            case .work(let run, _):
                try run(context)
                return nil
            }
        }

        func finish(_ error: AccountsError?) {
            switch self {
            case .transaction(let transaction): transaction.complete(error.map(Result.failure) ?? .success(()))
            case .work(_, let finish): finish(error)
            }
        }
    }

    /// What a job came to, until its batch is durable.
    private final class Outcome<Value: Sendable>: Sendable {
        let result = Mutex<Result<Value, AccountsError>?>(nil)
    }

    private struct State {
        var backlog = Backlog<Job>()
        var unfinished = 0
        /// A transaction holds the file's write lock: it may be committed, and is not known to the sync queue yet.
        var isWriting = false
        /// Who waits until what is committed now is on the disk.
        var settling: [@Sendable (AccountsError?) -> Void] = []
    }

    /// The jobs of one transaction, and what became of it.
    private struct Batch: Sendable {
        let jobs: [Job]
        var hasWritten = false
        /// Why nothing of it was done.
        var error: AccountsError?
        /// The failures of single jobs, by their place.
        var failures: [Int: AccountsError] = [:]

        func finish(_ syncError: AccountsError?) {
            for (index, job) in jobs.enumerated() {
                job.finish(error ?? failures[index] ?? syncError)
            }
        }
    }

    /// With so many jobs a transaction is committed even while the disk is busy: the next sync is for it too.
    private static let ampleBatch = 12

    /// More unfinished work than this means that the disk cannot follow: further work is refused.
    private static let maximumUnfinished = 20_000

    private let pool: DatabasePool
    private let caches: BatchCaches
    private let queue = DispatchQueue(label: "latchkey.store.writer")
    private let syncQueue: SyncQueue
    private let state = Mutex(State())

    init(pool: DatabasePool, vault: SecretVault, clock: StoreClock, sync: @escaping @Sendable () throws -> Void) {
        self.pool = pool
        self.caches = BatchCaches(vault: vault, clock: clock)
        self.syncQueue = SyncQueue(sync: sync)
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

    /// Calls `finish` once all that was committed before is on the disk; mostly it is, and the call comes at once.
    ///
    /// It does not wait for transactions to come, which may wait long for another process.
    func settle(_ finish: @escaping @Sendable (AccountsError?) -> Void) {
        // A transaction is in one of the two as long as it is not on the disk, and goes from the first to the second.
        guard state.withLock({ $0.isWriting }) || syncQueue.isBusy else { return finish(syncQueue.failure) }
        let isWriting = state.withLock { state in
            if state.isWriting { state.settling.append(finish) }
            return state.isWriting
        }
        if !isWriting { syncQueue.add(hasWritten: false, finish: finish) }
    }

    /// Waits until all that was committed before is on the disk.
    func settle() async throws(AccountsError) {
        let error: AccountsError? = await withCheckedContinuation { continuation in
            settle { continuation.resume(returning: $0) }
        }
        if let error { throw error }
    }

    /// Lets go of the connection, once all work that was submitted is done.
    func finish() {
        queue.sync { caches.forgetStatements() }
        syncQueue.finish()
    }

    /// Carries a decision out in the next transaction.
    func enqueue(_ transaction: any AuthenticationTransaction) {
        add(.transaction(transaction))
    }

    /// Runs work in the next transaction.
    ///
    /// An error that `body` throws ends the whole batch; one that it returns is its caller's alone.
    private func enqueue<Value: Sendable>(
        _ body: @escaping @Sendable (BatchContext) throws -> Result<Value, AccountsError>
    ) async throws(AccountsError) -> Value {
        let outcome = Outcome<Value>()
        let result: Result<Value, AccountsError> = await withCheckedContinuation { continuation in
            let job = Job.work(
                run: { context in
                    let result = try body(context)
                    outcome.result.withLock { $0 = result }
                },
                finish: { error in
                    let result = outcome.result.withLock { $0 }
                    continuation.resume(
                        returning: error.map(Result.failure) ?? result ?? .failure(.unavailable(nil))
                    )
                }
            )
            add(job)
        }
        return try result.get()
    }

    private func add(_ job: Job) {
        enum Next {
            case wait, drain, refuse
        }
        let next = state.withLock { state in
            guard state.unfinished < Self.maximumUnfinished else { return Next.refuse }
            state.unfinished += 1
            return state.backlog.add(job) ? .drain : .wait
        }
        switch next {
        case .wait: break
        case .drain: queue.async { self.drain() }
        case .refuse: job.finish(.unavailable(nil))
        }
    }

    private func drain() {
        while var jobs = state.withLock({ $0.backlog.take() }) {
            if jobs.count < Self.ampleBatch {
                // Few are worth waiting for more while the disk is busy; not within a transaction, which locks others out.
                syncQueue.waitForDisk()
                jobs += state.withLock { $0.backlog.takeMore() } ?? []
            }
            let batch = run(jobs)
            syncQueue.add(hasWritten: batch.hasWritten) { [self] syncError in
                state.withLock { $0.unfinished -= batch.jobs.count }
                batch.finish(syncError)
            }
            for finish in endWriting() { syncQueue.add(hasWritten: false, finish: finish) }
        }
    }

    /// The transaction is the sync queue's from now on.
    private func endWriting() -> [@Sendable (AccountsError?) -> Void] {
        state.withLock { state in
            defer { state.settling = [] }
            state.isWriting = false
            return state.settling
        }
    }

    /// Runs jobs in one transaction.
    private func run(_ jobs: [Job]) -> Batch {
        if let failure = syncQueue.failure { return Batch(jobs: jobs, error: failure) }
        var batch = Batch(jobs: jobs)
        do {
            try pool.writeWithoutTransaction { database in
                let before = database.totalChangesCount
                try database.inTransaction(.immediate) {
                    state.withLock { $0.isWriting = true }
                    let context = try BatchContext(database: database, caches: caches)
                    for (index, job) in jobs.enumerated() {
                        if let failure = try job.run(in: context) { batch.failures[index] = failure }
                    }
                    return .commit
                }
                batch.hasWritten = database.totalChangesCount != before
            }
        } catch {
            caches.forget()
            caches.forgetStatements()
            batch.error = .unavailable(error)
        }
        return batch
    }
}

extension DatabaseError: SQLFailure {
    package var reason: String { message ?? "\(resultCode)" }
}
