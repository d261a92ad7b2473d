internal import Accounts
internal import Dispatch
internal import Synchronization

/// Syncs the disk behind the writer: while one sync is under way the writer goes on, and the next sync is for all
/// transactions that it has committed meanwhile.
///
/// Callers are told in the order of their transactions, and never before what they have changed is on the disk. Another
/// process may read a change a moment before that.
final class SyncQueue: Sendable {
    /// A committed transaction that waits for a sync.
    private struct Batch: Sendable {
        let hasWritten: Bool
        let finish: @Sendable (AccountsError?) -> Void
    }

    private struct State {
        var backlog = Backlog<Batch>()
        /// Why nothing can be kept any more.
        ///
        /// After a failed sync nobody knows what is on the disk: Linux may have dropped it, and a second sync would say
        /// that all is well.
        var failure: AccountsError?
    }

    private let sync: @Sendable () throws -> Void
    private let queue = DispatchQueue(label: "latchkey.store.sync")
    /// Has members while there is something to sync.
    private let unsynced = DispatchGroup()
    private let state = Mutex(State())

    init(sync: @escaping @Sendable () throws -> Void) {
        self.sync = sync
    }

    /// Why nothing can be kept any more; `nil` as long as all is well.
    var failure: AccountsError? { state.withLock { $0.failure } }

    /// Whether there is something that is not on the disk, or somebody who was not told yet.
    var isBusy: Bool { state.withLock { $0.backlog.isDraining } }

    /// Calls `finish` once all that was committed so far is on the disk, on the queue's own thread.
    func add(hasWritten: Bool, finish: @escaping @Sendable (AccountsError?) -> Void) {
        unsynced.enter()
        let isFirst = state.withLock { $0.backlog.add(Batch(hasWritten: hasWritten, finish: finish)) }
        if isFirst { queue.async { self.drain() } }
    }

    /// Waits until there is nothing to sync.
    func waitForDisk() {
        unsynced.wait()
    }

    /// Waits until everybody was told.
    func finish() {
        queue.sync {}
    }

    private func drain() {
        while let batches = state.withLock({ $0.backlog.take() }) {
            let error = batches.contains { $0.hasWritten } ? syncOnce() : failure
            for _ in batches {
                unsynced.leave()
            }
            for batch in batches {
                batch.finish(error)
            }
        }
    }

    private func syncOnce() -> AccountsError? {
        if let failure { return failure }
        do {
            try sync()
            return nil
        } catch {
            let failure = AccountsError(
                code: .storeUnavailable,
                message: "the disk could not be synced (\(error)); the server has to be started again",
                cause: error
            )
            state.withLock { $0.failure = failure }
            return failure
        }
    }
}
