internal import Accounts
internal import Dispatch
internal import Synchronization

/// Syncs the disk behind the writer: while one transaction is synced, the writer runs the next.
///
/// Callers are told in the order of their transactions, and never before what they could have read is on the disk.
final class SyncQueue: Sendable {
    private let sync: @Sendable () throws -> Void
    private let queue = DispatchQueue(label: "latchkey.store.sync")
    /// Has a member while a sync is under way.
    private let syncing = DispatchGroup()
    /// Why nothing can be kept any more.
    ///
    /// After a failed sync nobody knows what is on the disk: Linux may have dropped it, and a second sync would say that
    /// all is well.
    private let lasting = Mutex<AccountsError?>(nil)

    init(sync: @escaping @Sendable () throws -> Void) {
        self.sync = sync
    }

    /// Why nothing can be kept any more; `nil` as long as all is well.
    var failure: AccountsError? { lasting.withLock { $0 } }

    /// Calls `finish` once all that was written so far is on the disk, on the queue's own thread.
    func add(hasWritten: Bool, finish: @escaping @Sendable (AccountsError?) -> Void) {
        syncing.enter()
        queue.async { [self] in
            let error = hasWritten ? syncOnce() : failure
            syncing.leave()
            finish(error)
        }
    }

    /// Waits until no sync is under way.
    func waitForDisk() {
        syncing.wait()
    }

    /// Waits until everybody was told.
    func finish() {
        queue.sync {}
    }

    private func syncOnce() -> AccountsError? {
        if let failure { return failure }
        do {
            try sync()
            return nil
        } catch {
            let failure = AccountsError(
                code: .storeUnavailable,
                message: "the disk could not be synced; the server has to be started again",
                cause: error
            )
            lasting.withLock { $0 = failure }
            return failure
        }
    }
}
