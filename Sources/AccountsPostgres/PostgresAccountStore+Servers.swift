package import Accounts
internal import AccountsSQL

extension PostgresAccountStore: SessionServerStore {
    package func announce(_ server: SessionServerRecord) async throws(AccountsError) {
        try await write(.rows) { transaction in
            _ = try transaction.execute(
                """
                INSERT INTO session_servers (name, url, heard_at) VALUES (?, ?, clock_timestamp())
                ON CONFLICT (name) DO UPDATE SET url = excluded.url, heard_at = excluded.heard_at
                """,
                [server.name, server.url]
            )
        }
    }

    package func withdraw(_ name: String) async throws(AccountsError) {
        try await write(.rows) { transaction in
            _ = try transaction.execute(
                "UPDATE session_servers SET url = '', heard_at = clock_timestamp() WHERE name = ?",
                [name]
            )
        }
    }

    package func sessionServers(heardWithin seconds: Int64) async throws(AccountsError) -> [SessionServerRecord] {
        try await read { connection in
            try connection.fetch(
                """
                SELECT name, url FROM session_servers
                WHERE url <> '' AND heard_at > clock_timestamp() - make_interval(secs => ?) ORDER BY name
                """,
                [seconds]
            ) { SessionServerRecord(name: $0.string(0), url: $0.string(1)) }
        }
    }

    package func orphanedSessions(after seconds: Int64) async throws(AccountsError) -> [SessionRecord] {
        try await read { connection in
            try connection.fetch(
                """
                \(Rows.selectSession) is_open = 1 AND NOT EXISTS (
                    SELECT 1 FROM session_servers WHERE name = sessions.server
                    AND heard_at > clock_timestamp() - make_interval(secs => ?)
                ) ORDER BY id LIMIT 1000
                """,
                [seconds]
            ) { try Rows.session($0) }
        }
    }
}
