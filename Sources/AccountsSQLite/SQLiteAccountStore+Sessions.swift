package import Accounts
internal import GRDB
package import LoginKey

extension SQLiteAccountStore {
    package func createSession(_ session: SessionRecord, recording event: AuditEvent) async throws(AccountsError) {
        try await writer.submitIsolated { context in
            try context.database.execute(
                sql: """
                    INSERT INTO sessions (\(Rows.sessionColumns))
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: Rows.arguments(session)
            )
            try context.append(event)
        }
    }

    package func updateSession(_ session: SessionRecord, recording event: AuditEvent) async throws(AccountsError) {
        try await writer.submitIsolated { context in
            try context.database.execute(
                sql: """
                    UPDATE sessions SET status = ?, is_open = ?, started_at = ?, ended_at = ?, agent = ?,
                    visitor_name = ifnull(nullif(?, ''), visitor_name)
                    WHERE id = ? AND partner_id = ? AND is_open = 1
                    """,
                arguments: [
                    session.status.rawValue, !session.status.isFinal, session.startedAt, session.endedAt,
                    session.agent, session.visitor.name, session.id, session.partnerID.text,
                ]
            )
            try context.requireChange("session")
            try context.append(event)
        }
    }

    package func openSession(_ key: SessionKey, of partnerID: PartnerID) async throws(AccountsError) -> SessionRecord? {
        try await read { database in
            try Row.fetchOne(
                database,
                sql: "SELECT \(Rows.sessionColumns) FROM sessions WHERE partner_id = ? AND key = ? AND is_open = 1",
                arguments: [partnerID.text, key.text]
            )
            .map(Rows.session)
        }
    }

    package func openSessions(on server: String) async throws(AccountsError) -> [SessionRecord] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT \(Rows.sessionColumns) FROM sessions WHERE server = ? AND is_open = 1",
                arguments: [server]
            )
            .map(Rows.session)
        }
    }

    package func session(_ id: String, of partnerID: PartnerID) async throws(AccountsError) -> SessionRecord? {
        try await read { database in
            try Row.fetchOne(
                database,
                sql: "SELECT \(Rows.sessionColumns) FROM sessions WHERE id = ? AND partner_id = ?",
                arguments: [id, partnerID.text]
            )
            .map(Rows.session)
        }
    }

    package func requestSessionEnd(
        _ id: String,
        of partnerID: PartnerID,
        recording event: AuditEvent
    ) async throws(AccountsError) {
        try await writer.submitIsolated { context in
            try context.database.execute(
                sql: "UPDATE sessions SET is_to_end = 1 WHERE id = ? AND partner_id = ? AND is_open = 1",
                arguments: [id, partnerID.text]
            )
            try context.requireChange("open session")
            try context.append(event)
        }
    }

    package func sessionsToEnd(on server: String) async throws(AccountsError) -> [SessionRecord] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT \(Rows.sessionColumns) FROM sessions WHERE server = ? AND is_open = 1 AND is_to_end = 1
                    """,
                arguments: [server]
            )
            .map(Rows.session)
        }
    }

    package func sessions(
        matching query: SessionQuery,
        of partnerID: PartnerID
    ) async throws(AccountsError) -> [SessionRecord] {
        let condition = SessionQuerySQL(query, in: partnerID)
        return try await read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT \(Rows.sessionColumns) FROM sessions WHERE \(condition.text) ORDER BY created_at DESC, id LIMIT ? OFFSET ?
                    """,
                arguments: condition.arguments + [query.limit, query.offset]
            )
            .map(Rows.session)
        }
    }

    package func countSessions(
        matching query: SessionQuery,
        of partnerID: PartnerID,
        at now: Int64
    ) async throws(AccountsError) -> [SessionCount] {
        let condition = SessionQuerySQL(query, in: partnerID)
        return try await read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT kind, status, count(*),
                    CAST(avg(max(ifnull(ended_at, ?) - ifnull(started_at, ifnull(ended_at, ?)), 0)) AS INTEGER)
                    FROM sessions WHERE \(condition.text) GROUP BY kind, status ORDER BY kind, status
                    """,
                arguments: [now, now] + condition.arguments
            )
            return try rows.map { row in
                guard let kind = SessionRecord.Kind(rawValue: row[0]), let status = SessionStatus(rawValue: row[1])
                else { throw Rows.unreadable("sessions") }
                return SessionCount(kind: kind, status: status, count: row[2], averageDuration: row[3])
            }
        }
    }
}

/// A ``SessionQuery`` as a condition of SQL with its arguments.
private struct SessionQuerySQL {
    private(set) var text = "partner_id = ?"
    private(set) var arguments: StatementArguments

    init(_ query: SessionQuery, in partnerID: PartnerID) {
        arguments = [partnerID.text]
        if let kind = query.kind { require("kind = ?", [kind.rawValue]) }
        if let statuses = query.statuses {
            let marks = statuses.map { _ in "?" }.joined(separator: ", ")
            require("status IN (\(marks))", StatementArguments(statuses.map(\.rawValue)))
        }
        if let period = query.period {
            let column = period.moment == .started ? "started_at" : "ended_at"
            require("\(column) >= ? AND \(column) < ?", [period.from, period.until])
        }
        if let agent = query.agent { require("agent = ?", [agent]) }
        // Written out, so that SQLite can use the indexes of open sessions.
        if let isOpen = query.isOpen { require(isOpen ? "is_open = 1" : "is_open = 0", []) }
    }

    private mutating func require(_ sql: String, _ values: StatementArguments) {
        text += " AND " + sql
        arguments += values
    }
}
