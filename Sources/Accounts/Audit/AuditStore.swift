/// The audit: events, and the chain that shows that none is altered or missing.
///
/// ``AccountStore`` says what holds for every method.
package protocol AuditStore: Sendable {
    /// Writes events.
    func append(_ events: [AuditEvent]) async throws(AccountsError)
    /// The newest events that fit a filter, oldest first.
    func auditEvents(_ filter: AuditFilter) async throws(AccountsError) -> [AuditEvent]
    /// Up to `limit` rows of the audit, oldest first, from the first after the row with the number `id`.
    func auditRows(after id: Int64, limit: Int) async throws(AccountsError) -> [AuditRow]
    /// The last row of each chain that was archived; neither it nor those before it are in the store any more.
    func archivedAudit() async throws(AccountsError) -> [AuditHead]
    /// Removes the rows of one chain up to a row, and remembers that row: what remains can be checked.
    ///
    /// They must be kept elsewhere. Throws ``AccountsError/Code/notFound`` if there is no such row, and
    /// ``AccountsError/Code/inUse`` where no checkpoint covers a row behind it; so the newest of a chain stays.
    func removeAuditRows(upTo last: AuditHead, recording event: AuditEvent?) async throws(AccountsError)
    /// Does the same for several chains at once by dropping whole days of the audit that end before a moment in Unix
    /// milliseconds; no removed row is younger. Rows that are already archived may be named again.
    ///
    /// - Returns: Whether it was done; `false` where the store has no days, none can be dropped, or others are in the way: then
    ///   nothing is changed.
    func dropAuditDays(before end: Int64, upTo heads: [AuditHead]) async throws(AccountsError) -> Bool
    /// Makes room for the next days' events; servers ask for it every hour.
    func prepareAuditDays() async throws(AccountsError)
    /// Writes a checkpoint over the newest row of each chain, if any has changed, and the last is older than so many
    /// milliseconds.
    ///
    /// A store with days looks at those that were not over at the last checkpoint; with `isComplete` it looks everywhere.
    func sealAudit(ifOlderThan milliseconds: Int64, isComplete: Bool) async throws(AccountsError) -> AuditSealing
    /// Checks chains and checkpoints, and whether a row or a checkpoint has a hash that was noted earlier, 32 bytes.
    func verifyAudit(lookingFor noted: [UInt8]?) async throws(AccountsError) -> AuditVerification
}

extension AuditStore {
    /// Writes a checkpoint where the audit has grown.
    package func sealAudit(ifOlderThan milliseconds: Int64) async throws(AccountsError) -> AuditSealing {
        try await sealAudit(ifOlderThan: milliseconds, isComplete: false)
    }
}
