package import Accounts
internal import LoginKey

extension SQLAccountStore {
    package func append(_ events: [AuditEvent]) async throws(AccountsError) {
        try await write(RowChange(recording: events))
    }

    package func auditEvents(_ filter: AuditFilter) async throws(AccountsError) -> [AuditEvent] {
        try await read { connection in
            let condition = AuditFilterSQL(filter)
            let events = try connection.fetch(
                .once(
                    """
                    SELECT \(Rows.eventColumns) FROM audit WHERE \(condition.text)
                    ORDER BY \(connection.dialect.newestEvents) LIMIT \(filter.limit)
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
}
