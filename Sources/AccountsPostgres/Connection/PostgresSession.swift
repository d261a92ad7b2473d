internal import AccountsSQL

/// A connection within a transaction, as the shared statements see it.
struct PostgresSession: SQLConnection {
    let connection: PostgresConnection

    var dialect: SQLDialect { .postgres }

    func execute(_ statement: SQLStatement, _ arguments: SQLArguments) throws -> Int {
        try connection.run(statement, arguments).changeCount
    }

    func fetch<Value>(_ statement: SQLStatement, _ arguments: SQLArguments, _ read: RowReader<Value>) throws -> [Value]
    {
        try connection.run(statement, arguments).map { try read($0) }
    }
}

extension SQLDialect {
    /// Several nodes change rows at once.
    static let postgres = SQLDialect(
        position: "strpos",
        forUpdate: "ORDER BY id FOR UPDATE",
        newestEvents: "time DESC, id DESC",
        milliseconds: "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
        checkpointLock: "SELECT 1 WHERE pg_try_advisory_xact_lock(\(AdvisoryLock.checkpoint))",
        // The number of the oldest transaction that is not over.
        nextUserChange: "CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT)",
        // A promoted standby gives numbers again that its primary had given to what was lost.
        timeline: "left(pg_walfile_name(pg_current_wal_lsn()), 8)"
    )
}
