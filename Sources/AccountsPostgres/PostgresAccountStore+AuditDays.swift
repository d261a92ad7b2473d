package import Accounts
internal import AccountsSQL

extension PostgresAccountStore {
    package func prepareAuditDays() async throws(AccountsError) {
        try AccountsError.translating { try AuditDays.prepare(connector.connect()) }
    }

    package func dropAuditDays(
        before end: Int64,
        upTo heads: [AuditHead],
        recording event: AuditEvent?
    ) async throws(AccountsError) -> Bool {
        try await write(.accounts) { transaction in
            let archived = Set(try Rows.archivedAudit(in: transaction))
            let trail = try Rows.checkpointTrail(in: transaction)
            let new = heads.filter { !archived.contains($0) }
            for head in new { try transaction.requireCheckpoint(behind: head, trail) }
            guard try AuditDays.drop(before: end, upTo: heads, in: transaction) else { return false }
            for head in new { try transaction.noteArchived(upTo: head) }
            if let event { try transaction.append(event) }
            return true
        }
    }
}
