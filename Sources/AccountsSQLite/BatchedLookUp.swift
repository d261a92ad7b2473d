internal import Accounts
internal import AccountsSQL
internal import Dispatch
internal import GRDB
internal import Synchronization

/// Looks many accounts up in one read transaction, so that they share its cost and that of changing threads: the readers'
/// side of ``GroupCommit``.
///
/// What arrives while one transaction runs forms the next. Callers suspend, they do not block, and nobody waits for a
/// writer.
final class BatchedLookUp: Sendable {
    /// One caller's question.
    private struct Job: Sendable {
        let reference: AccountReference
        let seconds: Int64
        let continuation: CheckedContinuation<Result<AccountSnapshot?, AccountsError>, Never>
    }

    /// With more of them waiting the readers cannot follow: further ones are refused.
    private static let maximumWaiting = 20_000

    private let pool: DatabasePool
    private let snapshots: SnapshotReader
    private let writer: GroupCommit
    private let queue = DispatchQueue(label: "latchkey.store.reader")
    private let backlog = Mutex(Backlog<Job>())

    /// Makes one.
    ///
    /// - Parameters:
    ///   - pool: Where accounts are.
    ///   - snapshots: What looks them up.
    ///   - writer: Who knows what is on the disk.
    init(pool: DatabasePool, snapshots: SnapshotReader, writer: GroupCommit) {
        self.pool = pool
        self.snapshots = snapshots
        self.writer = writer
    }

    /// Looks an account up; the value comes once all that it can rest on is on the disk.
    func find(_ reference: AccountReference, at seconds: Int64) async throws(AccountsError) -> AccountSnapshot? {
        let result = await withCheckedContinuation { continuation in
            add(Job(reference: reference, seconds: seconds, continuation: continuation))
        }
        return try result.get()
    }

    private func add(_ job: Job) {
        let isFirst: Bool? = backlog.withLock { backlog in
            backlog.count < Self.maximumWaiting ? backlog.add(job) : nil
        }
        guard let isFirst else { return job.continuation.resume(returning: .failure(.unavailable(nil))) }
        if isFirst { queue.async { self.drain() } }
    }

    private func drain() {
        while let jobs = backlog.withLock({ $0.take() }) {
            let results = run(jobs)
            writer.settle { error in
                for (job, result) in zip(jobs, results) {
                    job.continuation.resume(returning: error.map(Result.failure) ?? result)
                }
            }
        }
    }

    /// Looks up in one transaction; what one of them fails for, such as a secret that does not open, is its caller's alone.
    private func run(_ jobs: [Job]) -> [Result<AccountSnapshot?, AccountsError>] {
        do {
            return try pool.read { database in
                let connection = SQLiteConnection(database: database)
                return jobs.map { job in
                    Result { try snapshots.snapshot(of: job.reference, at: job.seconds, in: connection) }
                        .mapError(AccountsError.init(translating:))
                }
            }
        } catch {
            return Array(repeating: .failure(AccountsError(translating: error)), count: jobs.count)
        }
    }
}
