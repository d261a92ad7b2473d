package import LoginKey

/// Support sessions.
///
/// ``AccountStore`` says what holds for every method.
package protocol SessionStore: Sendable {
    /// Adds a session. Throws ``AccountsError/Code/alreadyExists`` if the group has a session with that key that is
    /// not over.
    func createSession(_ session: SessionRecord, recording event: AuditEvent) async throws(AccountsError)
    /// Changes a session that is not over: its status, times, agents and, where there is one, the visitor's name. Throws
    /// ``AccountsError/Code/notFound``, also for one that is over or lives on another server than the record says.
    func updateSession(_ session: SessionRecord, recording event: AuditEvent) async throws(AccountsError)
    /// The session of a group that has this key and is not over; `nil` if there is no such session.
    func openSession(_ key: SessionKey, of partnerID: PartnerID) async throws(AccountsError) -> SessionRecord?
    /// All sessions that live on a server and are not over.
    func openSessions(on server: String) async throws(AccountsError) -> [SessionRecord]
    /// One session, by its id; `nil` if it does not exist.
    func session(_ id: String, of partnerID: PartnerID) async throws(AccountsError) -> SessionRecord?
    /// Asks the server of a session to end it. Throws ``AccountsError/Code/notFound``, also for one that is over.
    func requestSessionEnd(
        _ id: String,
        of partnerID: PartnerID,
        recording event: AuditEvent
    ) async throws(AccountsError)
    /// The sessions on a server that are to end and are not over.
    func sessionsToEnd(on server: String) async throws(AccountsError) -> [SessionRecord]
    /// The sessions of a group that fit a query, the newest first.
    func sessions(matching query: SessionQuery, of partnerID: PartnerID) async throws(AccountsError) -> [SessionRecord]
    /// How many sessions of a group fit a query, by kind and status; `offset` and `limit` do not count, and sessions
    /// that are not over take until `now`, in Unix seconds.
    func countSessions(
        matching query: SessionQuery,
        of partnerID: PartnerID,
        at now: Int64
    ) async throws(AccountsError) -> [SessionCount]
}
