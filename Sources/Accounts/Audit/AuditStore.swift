/// The audit: events, and the chain that shows that none is altered or missing.
///
/// What holds for each method is said at ``AccountStore``.
public protocol AuditStore: Sendable {
    /// Writes events.
    func append(_ events: [AuditEvent]) async throws(AccountsError)
    /// The newest events that fit a filter, oldest first.
    func auditEvents(_ filter: AuditFilter) async throws(AccountsError) -> [AuditEvent]
    /// Up to `limit` rows of the audit, oldest first, from the first after the row with the number `id`.
    func auditRows(after id: Int64, limit: Int) async throws(AccountsError) -> [AuditRow]
    /// Checks the audit chain, and whether a row of it has a hash that was noted earlier, 32 bytes.
    func verifyAudit(lookingFor noted: [UInt8]?) async throws(AccountsError) -> AuditVerification
}
