package import Accounts
package import LoginKey
internal import WireProtocol

extension SQLAccountStore {
    package func createSession(_ session: SessionRecord, recording event: AuditEvent) async throws(AccountsError) {
        try await write(.rows) { transaction in
            if let other = SalesforceID.otherSpelling(of: session.key.text),
                try transaction.exists(Rows.openSession, [session.partnerID.text, other, other])
            {
                throw AccountsError.alreadyExists(SQLConstraintViolation.unique)
            }
            try transaction.execute(
                """
                INSERT INTO sessions (\(Rows.sessionColumns))
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                Rows.arguments(session)
            )
            try transaction.append(event)
        }
    }

    package func updateSession(_ session: SessionRecord, recording event: AuditEvent) async throws(AccountsError) {
        let change = RowChange(
            "session",
            session.id,
            """
            UPDATE sessions SET status = ?, is_open = ?, started_at = ?, ended_at = ?, agent = ?,
            other_agents = ?, correlation_id = ?, visitor_name = coalesce(nullif(?, ''), visitor_name)
            WHERE id = ? AND partner_id = ? AND server = ? AND is_open = 1
            """,
            [
                session.status.rawValue, !session.status.isFinal, session.startedAt, session.endedAt, session.agent,
                Rows.otherAgents(session), session.correlationID.text, session.visitor.name, session.id,
                session.partnerID.text, session.server,
            ],
            recording: event
        )
        try await write(change)
    }

    package func openSession(_ key: SessionKey, of partnerID: PartnerID) async throws(AccountsError) -> SessionRecord? {
        try await sessions(
            Rows.openSession,
            [partnerID.text, key.text, SalesforceID.otherSpelling(of: key.text) ?? key.text]
        )
        .first
    }

    package func openSessions(on server: String) async throws(AccountsError) -> [SessionRecord] {
        try await sessions("\(Rows.selectSession) server = ? AND is_open = 1", [server])
    }

    package func session(_ id: String, of partnerID: PartnerID) async throws(AccountsError) -> SessionRecord? {
        try await sessions("\(Rows.selectSession) id = ? AND partner_id = ?", [id, partnerID.text]).first
    }

    package func requestSessionEnd(
        _ id: String,
        of partnerID: PartnerID,
        recording event: AuditEvent
    ) async throws(AccountsError) {
        let change = RowChange(
            "open session",
            id,
            "UPDATE sessions SET is_to_end = 1 WHERE id = ? AND partner_id = ? AND is_open = 1",
            [id, partnerID.text],
            recording: event
        )
        try await write(change)
    }

    package func sessionsToEnd(on server: String) async throws(AccountsError) -> [SessionRecord] {
        try await sessions("\(Rows.selectSession) server = ? AND is_open = 1 AND is_to_end = 1", [server])
    }

    package func sessions(
        matching query: SessionQuery,
        of partnerID: PartnerID
    ) async throws(AccountsError) -> [SessionRecord] {
        let condition = SessionQuerySQL(query, in: partnerID)
        return try await sessions(
            .once("\(Rows.selectSession) \(condition.text) ORDER BY created_at DESC, id LIMIT ? OFFSET ?"),
            condition.arguments + [query.limit, query.offset]
        )
    }

    package func countSessions(
        matching query: SessionQuery,
        of partnerID: PartnerID,
        at now: Int64
    ) async throws(AccountsError) -> [SessionCount] {
        let condition = SessionQuerySQL(query, in: partnerID)
        let duration = "coalesce(ended_at, ?) - coalesce(started_at, ended_at, ?)"
        return try await read { connection in
            try connection.fetch(
                .once(
                    """
                    SELECT kind, status, count(*),
                    CAST(sum(CASE WHEN \(duration) > 0 THEN \(duration) ELSE 0 END) AS BIGINT) / count(*)
                    FROM sessions WHERE \(condition.text) GROUP BY kind, status ORDER BY kind, status
                    """
                ),
                [now, now, now, now] + condition.arguments
            ) { row in
                guard let kind = SessionRecord.Kind(rawValue: row.string(0)),
                    let status = SessionStatus(rawValue: row.string(1))
                else { throw Rows.unreadable("sessions") }
                return SessionCount(
                    kind: kind,
                    status: status,
                    count: Int(row.integer(2)),
                    averageDuration: row.integer(3)
                )
            }
        }
    }

    private func sessions(
        _ statement: SQLStatement,
        _ arguments: SQLArguments
    ) async throws(AccountsError) -> [SessionRecord] {
        try await read { connection in
            try connection.fetch(statement, arguments) { try Rows.session($0) }
        }
    }
}

extension Rows {
    /// The sessions of a group that have one of two keys and are not over.
    fileprivate static let openSession: SQLStatement =
        "\(Rows.selectSession) partner_id = ? AND key IN (?, ?) AND is_open = 1"
}

/// A ``SessionQuery`` as a condition of SQL with its arguments.
private struct SessionQuerySQL {
    private(set) var text = "partner_id = ?"
    private(set) var arguments: SQLArguments

    init(_ query: SessionQuery, in partnerID: PartnerID) {
        arguments = [partnerID.text]
        if let kind = query.kind { require("kind = ?", [kind.rawValue]) }
        if let statuses = query.statuses, statuses.isEmpty { require("1 = 0", []) }
        if let statuses = query.statuses, !statuses.isEmpty {
            let marks = statuses.map { _ in "?" }.joined(separator: ", ")
            require("status IN (\(marks))", statuses.map(\.rawValue))
        }
        if let period = query.period {
            let column = period.moment == .started ? "started_at" : "ended_at"
            require("\(column) >= ? AND \(column) < ?", [period.from, period.until])
        }
        if let agent = query.agent { require(agent, isIn: query.isOpen == true, partnerID) }
        // Written out, so that the indexes of open sessions can be used.
        if let isOpen = query.isOpen { require(isOpen ? "is_open = 1" : "is_open = 0", []) }
    }

    /// Each half is found by an index of its own: sessions with several agents are few.
    private mutating func require(_ agent: String, isIn: Bool, _ partnerID: PartnerID) {
        let names = [agent, SalesforceID.otherSpelling(of: agent) ?? agent]
        guard isIn else { return require("agent IN (?, ?)", names) }
        require(
            """
            id IN (
                SELECT id FROM sessions WHERE partner_id = ? AND agent IN (?, ?) AND is_open = 1
                UNION ALL SELECT id FROM sessions WHERE partner_id = ? AND is_open = 1 AND other_agents <> ''
                AND (replace(other_agents, ?, '') <> other_agents OR replace(other_agents, ?, '') <> other_agents)
            )
            """,
            [partnerID.text] + names + [partnerID.text] + names.map { "\n\($0)\n" }
        )
    }

    private mutating func require(_ sql: String, _ values: [any SQLConvertible]) {
        text += " AND " + sql
        arguments += values
    }
}
