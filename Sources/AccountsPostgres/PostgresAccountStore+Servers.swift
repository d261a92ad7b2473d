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
        try await write(.rows) { _ = try $0.execute("DELETE FROM session_servers WHERE name = ?", [name]) }
    }

    package func sessionServers(heardWithin seconds: Int64) async throws(AccountsError) -> [SessionServerRecord] {
        try await read { connection in
            try connection.fetch(
                """
                SELECT name, url FROM session_servers
                WHERE heard_at > clock_timestamp() - make_interval(secs => ?) ORDER BY name
                """,
                [seconds]
            ) { SessionServerRecord(name: $0.string(0), url: $0.string(1)) }
        }
    }
}
