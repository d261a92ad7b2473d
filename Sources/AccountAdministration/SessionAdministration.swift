package import Accounts

/// What may be done to other people's sessions; only the operator ends them.
package struct SessionAdministration: Sendable {
    private let store: any SessionStore
    private let administrator: Administrator

    /// Makes the administration of the operator.
    package init(store: any SessionStore, by administrator: Administrator) {
        self.store = store
        self.administrator = administrator
    }

    /// Asks the server of a session to end it: both sides are told within seconds.
    ///
    /// - Throws: ``AccountsError/Code/notFound``, also for one that is over.
    package func end(_ session: SessionRecord) async throws(AccountsError) {
        guard !session.isOver else {
            throw AccountsError(code: .notFound, message: "session \(session.id) is over already (\(session.status))")
        }
        let event = administrator.event("session \(session.id) is to end")
        try await store.requestSessionEnd(session.id, of: session.partnerID, recording: event)
    }
}
