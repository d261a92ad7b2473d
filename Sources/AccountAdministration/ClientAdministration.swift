package import Accounts

/// What may be done to the desktop clients of users; only the operator disconnects them.
package struct ClientAdministration: Sendable {
    private let store: any ClientStore
    private let administrator: Administrator

    /// Makes the administration of the operator.
    package init(store: any ClientStore, by administrator: Administrator) {
        self.store = store
        self.administrator = administrator
    }

    /// Disconnects all clients of a user: each has to be connected again from the page.
    ///
    /// - Returns: How many there were.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func disconnectAll(of user: User) async throws(AccountsError) -> Int {
        let count = try await store.enrolledClients(of: user.id).count
        let event = administrator.event("\(count) clients of \(user.username) disconnected")
        try await store.removeClients(of: user.id, recording: event)
        return count
    }
}
