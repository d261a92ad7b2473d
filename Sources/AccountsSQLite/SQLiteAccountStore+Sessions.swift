package import Accounts
internal import GRDB
package import LoginKey

extension SQLiteAccountStore {
    package func createSession(_ session: SessionRecord, recording event: AuditEvent) async throws(AccountsError) {
        try await writer.submitIsolated { context in
            try context.database.execute(
                sql: "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                arguments: Rows.arguments(session)
            )
            try context.append(event)
        }
    }

    package func updateSession(_ session: SessionRecord, recording event: AuditEvent) async throws(AccountsError) {
        try await writer.submitIsolated { context in
            try context.database.execute(
                sql: """
                    UPDATE sessions SET status = ?, is_open = ?, started_at = ?, ended_at = ?, agent = ?
                    WHERE id = ? AND partner_id = ? AND is_open = 1
                    """,
                arguments: [
                    session.status.rawValue, !session.status.isFinal, session.startedAt, session.endedAt,
                    session.agent, session.id, session.partnerID.text,
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
                sql: "SELECT * FROM sessions WHERE partner_id = ? AND key = ? AND is_open = 1",
                arguments: [partnerID.text, key.text]
            )
            .map(Rows.session)
        }
    }

    package func openSessions(on server: String) async throws(AccountsError) -> [SessionRecord] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT * FROM sessions WHERE server = ? AND is_open = 1",
                arguments: [server]
            )
            .map(Rows.session)
        }
    }
}
