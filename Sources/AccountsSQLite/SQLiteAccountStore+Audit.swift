package import Accounts
internal import Foundation
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
        try await read { database in
            var conditions = ["1"]
            var arguments: StatementArguments = []
            func require(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
                guard let value else { return }
                conditions.append(condition)
                arguments += [value]
            }
            require("correlation_id = ?", filter.correlationID?.text)
            require("partner_id = ?", filter.partnerID?.text)
            require("actor = ?", filter.actor)
            require("outcome = ?", filter.outcome?.rawValue)
            require("time >= ?", filter.since)
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT \(Rows.eventColumns) FROM audit WHERE \(conditions.joined(separator: " AND "))
                    ORDER BY id DESC LIMIT \(filter.limit)
                    """,
                arguments: arguments
            )
            return try rows.reversed().map(Rows.event)
        }
    }

    package func auditRows(after id: Int64, limit: Int) async throws(AccountsError) -> [AuditRow] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT \(Rows.eventColumns) FROM audit WHERE id > ? ORDER BY id LIMIT ?",
                arguments: [id, limit]
            )
            .map { AuditRow(id: $0[10], event: try Rows.event($0), hash: Array($0[9] as Data)) }
        }
    }

    package func verifyAudit(lookingFor noted: [UInt8]?) async throws(AccountsError) -> AuditVerification {
        try await read { database in
            var chain = AuditChain()
            var found = AuditVerification()
            let rows = try Row.fetchCursor(database, sql: "SELECT \(Rows.eventColumns) FROM audit ORDER BY id")
            while let row = try rows.next() {
                found.rows += 1
                let stored = Array(row[9] as Data)
                guard let event = try? Rows.event(row), chain.append(event) == stored else {
                    found.firstBroken = row[10]
                    return found
                }
                found.newest = stored
                found.hasNoted = found.hasNoted || stored == noted
            }
            return found
        }
    }

    package func checkReadiness() async throws(AccountsError) {
        try await writer.submit { try $0.database.execute(sql: "UPDATE store SET only = 1") }
    }
}
