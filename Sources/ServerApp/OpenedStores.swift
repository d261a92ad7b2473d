internal import Accounts
internal import Synchronization

/// The stores that a command has opened, to be closed when it ends, however it ends.
///
/// Closing a store leaves one complete file, and cleans up what a killed server has left in it.
package final class OpenedStores: Sendable {
    /// Where ``Settings/openStore(_:)`` adds what it opens; `nil` if whoever opens a store closes it.
    @TaskLocal package static var current: OpenedStores?

    private let stores = Mutex<[any AccountStore]>([])

    /// Makes an empty list.
    package init() {}

    func add(_ store: any AccountStore) {
        stores.withLock { $0.append(store) }
    }

    /// Closes them all, and forgets them.
    ///
    /// - Throws: ``AccountsError``, the first one.
    package func close() throws {
        var result = Result<Void, any Error>.success(())
        let opened = stores.withLock { stores in
            defer { stores = [] }
            return stores
        }
        for store in opened {
            let closing = Result { try store.close() }
            if case .success = result { result = closing }
        }
        try result.get()
    }
}
