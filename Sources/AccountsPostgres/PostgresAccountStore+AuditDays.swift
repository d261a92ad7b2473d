package import Accounts
internal import AccountsSQL
internal import Dispatch

extension PostgresAccountStore {
    package func prepareAuditDays() async throws(AccountsError) {
        try await runBlocking { connector in try AuditDays.prepare(connector.connect()) }
    }

    package func dropAuditDays(before end: Int64, upTo heads: [AuditHead]) async throws(AccountsError) -> Bool {
        try await runBlocking { connector in
            let connection = try connector.longRunning.connect()
            do {
                return try connection.transaction {
                    let session = PostgresSession(connection: connection)
                    let archived = Set(try Rows.archivedAudit(in: session))
                    let trail = try Rows.checkpointTrail(in: session)
                    let new = heads.filter { !archived.contains($0) }
                    for head in new { try session.requireCheckpoint(behind: head, trail) }
                    guard try AuditDays.drop(before: end, upTo: heads, over: connection) else { return false }
                    for head in new { try session.noteArchived(upTo: head) }
                    return true
                }
            } catch let error as PostgresError where error.isLockTimeout {
                // Somebody reads the audit for long.
                return false
            }
        }
    }

    /// Does work that blocks its thread, over a connection of its own, on a thread that no task needs.
    private func runBlocking<Value: Sendable>(
        _ work: @escaping @Sendable (PostgresConnector) throws -> Value
    ) async throws(AccountsError) -> Value {
        let result: Result<Value, AccountsError> = await withCheckedContinuation { continuation in
            DispatchQueue.global()
                .async { [connector] in
                    do {
                        continuation.resume(returning: .success(try work(connector)))
                    } catch {
                        continuation.resume(returning: .failure(AccountsError(translating: error)))
                    }
                }
        }
        return try result.get()
    }
}
