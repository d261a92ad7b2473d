package import Accounts
internal import AccountsSQL
internal import LoginKey

extension PostgresAccountStore: SessionServerStore {
    package func announce(_ server: SessionServerRecord) async throws(AccountsError) {
        try await write(.rows) { transaction in
            _ = try transaction.execute(
                """
                INSERT INTO session_servers AS known (name, url, epoch, sessions, state, heard_at)
                VALUES (?, ?, ?, ?, 'ready', clock_timestamp())
                ON CONFLICT (name) DO UPDATE SET url = excluded.url, epoch = excluded.epoch, sessions = excluded.sessions,
                state = CASE WHEN known.epoch = excluded.epoch THEN known.state ELSE 'ready' END,
                heard_at = excluded.heard_at
                """,
                [server.name, server.url, server.epoch, server.sessions]
            )
        }
    }

    package func withdraw(_ server: SessionServerRecord) async throws(AccountsError) {
        try await write(.rows) { transaction in
            _ = try transaction.execute(
                "UPDATE session_servers SET state = 'stopped' WHERE name = ? AND epoch = ?",
                [server.name, server.epoch]
            )
        }
    }

    package func sessionServers() async throws(AccountsError) -> [SessionServerStatus] {
        try await read { connection in
            try connection.fetch(
                """
                SELECT name, url, epoch, sessions, state,
                CAST(extract(epoch FROM clock_timestamp() - heard_at) AS BIGINT) FROM session_servers ORDER BY name
                """,
                []
            ) { row in
                guard let state = SessionServerStatus.State(rawValue: row.string(4)) else {
                    throw Rows.unreadable("session_servers")
                }
                let server = SessionServerRecord(
                    name: row.string(0),
                    url: row.string(1),
                    epoch: row.string(2),
                    sessions: Int(row.integer(3))
                )
                return SessionServerStatus(server: server, state: state, silence: row.integer(5))
            }
        }
    }

    package func setDraining(
        _ isDraining: Bool,
        _ name: String,
        recording event: AuditEvent
    ) async throws(AccountsError) {
        try await write(.rows) { transaction in
            try transaction.change(
                "node",
                "UPDATE session_servers SET state = ? WHERE name = ? AND state <> 'stopped'",
                [(isDraining ? SessionServerStatus.State.draining : .ready).rawValue, name]
            )
            try transaction.append(event)
        }
    }

    package func move(
        _ session: SessionRecord,
        to server: String,
        ifSilentFor seconds: Int64,
        recording event: AuditEvent
    ) async throws(AccountsError) -> Bool {
        try await write(.rows) { transaction in
            // One statement, so that of several who move it at once one does: the others find another server there.
            let moved = try transaction.execute(
                """
                UPDATE sessions SET server = ? WHERE id = ? AND partner_id = ? AND server = ? AND is_open = 1
                AND NOT EXISTS (
                    SELECT 1 FROM session_servers WHERE name = sessions.server AND state = 'ready'
                    AND heard_at > clock_timestamp() - make_interval(secs => ?)
                )
                """,
                [server, session.id, session.partnerID.text, session.server, seconds]
            )
            if moved > 0 { try transaction.append(event) }
            return moved > 0
        }
    }

    package func orphanedSessions(after seconds: Int64) async throws(AccountsError) -> [SessionRecord] {
        try await read { connection in
            try connection.fetch(
                """
                \(Rows.selectSession) is_open = 1 AND server IN (
                    SELECT name FROM session_servers WHERE heard_at <= clock_timestamp() - make_interval(secs => ?)
                ) ORDER BY id LIMIT 1000
                """,
                [seconds]
            ) { try Rows.session($0) }
        }
    }
}
