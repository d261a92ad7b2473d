internal import Accounts
internal import AccountsSQL

/// The parts of the audit's table: one for each day in UTC, `audit_20261129`, so that old days are dropped and not
/// deleted row by row.
///
/// Beside them are `audit_before`, with what was written before there were days, and `audit_rest`, with rows of days
/// that have no part: a clock was wrong, or the day was dropped.
enum AuditDays {
    /// Days are made so long before they come.
    private static let ahead = 3
    /// A day with more rows that have to stay is not dropped.
    private static let maximumKept = 10_000
    private static let dayLength: Int64 = 86_400_000

    private static let before = "audit_before"
    private static let rest = "audit_rest"

    /// All parts but `audit_rest`, with the beginning and the end of their times in Unix milliseconds.
    private static let parts = """
        SELECT part.relname,
        coalesce(substring(bound.text FROM 'FROM .''(-{0,1}[0-9]+)')::bigint, \(Int64.min)) AS starts,
        substring(bound.text FROM 'TO [^0-9-]*(-{0,1}[0-9]+)')::bigint AS ends
        FROM pg_inherits JOIN pg_class AS part ON part.oid = inhrelid,
        LATERAL (SELECT pg_get_expr(part.relpartbound, part.oid) AS text) AS bound
        WHERE inhparent = 'audit'::regclass AND bound.text <> 'DEFAULT'
        """

    // MARK: Days that come

    /// Makes today and the next days, if they are not there.
    ///
    /// - Parameter connection: One with no transaction under way.
    /// - Throws: ``PostgresError``, also when somebody reads in `audit_rest` for too long: then try again.
    static func prepare(_ connection: PostgresConnection) throws {
        try connection.transaction {
            guard
                try connection.run(.once("SELECT 1 WHERE pg_try_advisory_xact_lock(\(AdvisoryLock.auditDays))"))
                    .rowCount > 0
            else { return }
            let days = try missingDays(connection)
            guard !days.isEmpty else { return }
            _ = try connection.run([
                .init("SET LOCAL lock_timeout = '2s'"), .init(.once("LOCK TABLE audit_rest IN ACCESS EXCLUSIVE MODE")),
            ])
            for day in days { try make(day, connection) }
        }
    }

    private struct Day {
        let name: String
        /// In Unix milliseconds.
        let start: Int64
        let end: Int64
    }

    private static func missingDays(_ connection: PostgresConnection) throws -> [Day] {
        try connection.run(
            .once(
                """
                SELECT 'audit_' || to_char(day, 'YYYYMMDD'), extract(epoch FROM day)::bigint * 1000
                FROM generate_series(
                    date_trunc('day', now() AT TIME ZONE 'UTC'),
                    date_trunc('day', now() AT TIME ZONE 'UTC') + make_interval(days => \(ahead)), '1 day'
                ) AS day
                WHERE NOT EXISTS (
                    SELECT FROM (\(parts)) AS parts WHERE ends > extract(epoch FROM day)::bigint * 1000
                    AND starts < extract(epoch FROM day)::bigint * 1000 + \(dayLength)
                )
                ORDER BY day
                """
            )
        )
        .map { Day(name: $0.string(0), start: $0.integer(1), end: $0.integer(1) + dayLength) }
    }

    private static func make(_ day: Day, _ connection: PostgresConnection) throws {
        let statements = [
            "CREATE TABLE \(day.name) (LIKE audit_rest INCLUDING INDEXES)",
            """
            WITH moved AS (DELETE FROM audit_rest WHERE time >= \(day.start) AND time < \(day.end) RETURNING *)
            INSERT INTO \(day.name) SELECT * FROM moved
            """,
            "ALTER TABLE audit ATTACH PARTITION \(day.name) FOR VALUES FROM (\(day.start)) TO (\(day.end))",
        ]
        _ = try connection.run(statements.map { .init(.once($0)) })
    }

    /// A query, in brackets, for numbers and hashes of the rows in all parts but those of days that were over when something
    /// was looked for last; the whole table where there are none of those.
    ///
    /// - Parameters:
    ///   - last: When that was, in Unix milliseconds.
    ///   - transaction: In which it is run.
    /// - Returns: The query, or the table's name.
    /// - Throws: An error of the database.
    static func written(since last: Int64, in transaction: any SQLTransaction) throws -> String {
        let parts = try parts(in: transaction)
        let over = parts.filter { $0.isOver && $0.end <= last - dayLength && $0.name != before }
        guard !over.isEmpty else { return transaction.audit }
        let names = parts.map(\.name).filter { name in !over.contains { $0.name == name } } + [rest]
        return "(" + names.map { "SELECT id, hash FROM \($0)" }.joined(separator: " UNION ALL ") + ")"
    }

    private struct Part {
        let name: String
        /// In Unix milliseconds.
        let start: Int64
        let end: Int64
        /// Whether its time has been over for a day: no clock is as wrong.
        let isOver: Bool
    }

    private static func parts(in connection: any SQLConnection) throws -> [Part] {
        try connection.fetch(
            .once(
                """
                SELECT relname, starts, ends, (ends <= extract(epoch FROM now())::bigint * 1000 - \(dayLength))::int
                FROM (\(parts)) AS parts ORDER BY ends
                """
            ),
            []
        ) { Part(name: $0.string(0), start: $0.integer(1), end: $0.integer(2), isOver: $0.bool(3)) }
    }

    // MARK: Days that are over

    /// Removes rows by dropping the days that have hardly any others; the few that stay go to `audit_rest`.
    ///
    /// All reading is done before the first day is dropped: from then to the commit nobody writes into the audit.
    ///
    /// - Parameters:
    ///   - end: Days that end later are not dropped, in Unix milliseconds; no row that is removed is younger.
    ///   - heads: The last row of each chain that is removed.
    ///   - connection: One with a transaction under way, and much time.
    /// - Returns: Whether the rows are removed; `false` if no day can be dropped.
    /// - Throws: An error of the database.
    static func drop(before end: Int64, upTo heads: [AuditHead], over connection: PostgresConnection) throws -> Bool {
        let session = PostgresSession(connection: connection)
        try listRemoved(heads, connection)
        let parts = try parts(in: session).filter { $0.start < end }
        let dropped = try parts.filter { try $0.isOver && $0.end <= end && isEmptied($0, connection) }
        guard !dropped.isEmpty else { return false }
        for name in parts.map(\.name).filter({ name in !dropped.contains { $0.name == name } }) + [rest] {
            try deleteRemoved(from: name, session)
        }
        for part in dropped { try drop(part, connection) }
        return true
    }

    /// Makes the table `removed`: up to which row of each chain.
    private static func listRemoved(_ heads: [AuditHead], _ connection: PostgresConnection) throws {
        _ = try connection.run([
            .init("SET LOCAL lock_timeout = '1s'"),
            .init(.once("CREATE TEMP TABLE removed (chain BIGINT PRIMARY KEY, last BIGINT) ON COMMIT DROP")),
            .init(
                .once("INSERT INTO removed SELECT * FROM UNNEST(?::bigint[], ?::bigint[])"),
                [PostgresText.array(heads.map(\.chain)), PostgresText.array(heads.map(\.id))]
            ),
            .init(.once("ANALYZE removed")),
        ])
    }

    private static func deleteRemoved(from name: String, _ session: PostgresSession) throws {
        _ = try session.execute(
            .once(
                """
                DELETE FROM \(name) AS entry USING removed
                WHERE entry.id > removed.chain << \(AuditChain.sequenceBits) AND entry.id <= removed.last
                """
            ),
            []
        )
    }

    /// Drops a part; what is in `kept_` and its name goes to `audit_rest`.
    private static func drop(_ part: Part, _ connection: PostgresConnection) throws {
        let statements = [
            "ALTER TABLE audit DETACH PARTITION \(part.name)", "INSERT INTO audit SELECT * FROM kept_\(part.name)",
            "DROP TABLE \(part.name)",
        ]
        _ = try connection.run(statements.map { .init(.once($0)) })
    }

    /// Whether hardly anything in a part is to stay; what is, is in `kept_` and its name then.
    private static func isEmptied(_ part: Part, _ connection: PostgresConnection) throws -> Bool {
        let results = try connection.run([
            .init(.once("LOCK TABLE \(part.name) IN SHARE MODE")),
            .init(
                .once(
                    """
                    CREATE TEMP TABLE kept_\(part.name) ON COMMIT DROP AS
                    SELECT entry.* FROM \(part.name) AS entry
                    LEFT JOIN removed ON removed.chain = entry.id >> \(AuditChain.sequenceBits)
                    WHERE removed.last IS NULL OR entry.id > removed.last LIMIT \(maximumKept + 1)
                    """
                )
            ),
        ])
        return results[1].changeCount <= maximumKept
    }
}
