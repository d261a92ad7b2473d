package import Accounts
internal import AccountsSQL
internal import GRDB
internal import LoginKey

extension SQLiteAccountStore {
    package func append(_ events: [AuditEvent]) async throws(AccountsError) {
        try await writer.submit { context in
            for event in events {
                try context.append(event)
            }
        }
    }

    package func auditEvents(_ filter: AuditFilter) async throws(AccountsError) -> [AuditEvent] {
        try await read { connection in
            let condition = AuditFilterSQL(filter)
            let events = try connection.fetch(
                .once(
                    """
                    SELECT \(Rows.eventColumns) FROM audit WHERE \(condition.text)
                    ORDER BY id DESC LIMIT \(filter.limit)
                    """
                ),
                condition.arguments
            ) { try Rows.event($0) }
            return events.reversed()
        }
    }

    package func auditRows(after id: Int64, limit: Int) async throws(AccountsError) -> [AuditRow] {
        try await read { connection in
            try connection.fetch(
                "SELECT \(Rows.eventColumns) FROM audit WHERE id > ? ORDER BY id LIMIT ?",
                [id, limit]
            ) { try Rows.auditRow($0) }
        }
    }

    package func verifyAudit(lookingFor noted: [UInt8]?) async throws(AccountsError) -> AuditVerification {
        do {
            return try await pool.read { database in
                var chain = AuditChain()
                var found = AuditVerification()
                let rows = try Row.fetchCursor(database, sql: "SELECT \(Rows.eventColumns) FROM audit ORDER BY id")
                while let row = try rows.next(), found.firstBroken == nil {
                    found.check(row, in: &chain, lookingFor: noted)
                }
                return found
            }
        } catch {
            throw .unavailable(error)
        }
    }

    package func checkReadiness() async throws(AccountsError) {
        try await writer.submit { try $0.database.execute(sql: "UPDATE store SET only = 1") }
    }
}
