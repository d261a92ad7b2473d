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
    /// So many rows of other parts are deleted together with days that are dropped.
    private static let maximumDeleted = 100_000

    private static let before = "audit_before"

    /// All parts but `audit_rest`, with the end of their times in Unix milliseconds.
    private static let parts = """
        SELECT part.relname, substring(bound.text FROM 'TO [^0-9-]*(-{0,1}[0-9]+)')::bigint AS ends
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
                WHERE extract(epoch FROM day)::bigint * 1000 >= (SELECT max(ends) FROM (\(parts)) AS parts)
                ORDER BY day
                """
            )
        )
        .map { Day(name: $0.string(0), start: $0.integer(1), end: $0.integer(1) + 86_400_000) }
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

    /// A query, in brackets, for numbers and hashes of the rows in all parts but those of days that are over; the whole table
    /// where there are none of those.
    ///
    /// A row gets into another only from a clock that is two days slow: a checkpoint may leave it out until the clock is right.
    static func written(in transaction: any SQLTransaction) throws -> String {
        let (over, others) = try partsThatAreOver(in: transaction)
        guard over.contains(where: { $0 != before }) else { return "audit" }
        let parts = over.filter { $0 == before } + others
        return "(" + parts.map { "SELECT id, hash FROM \($0)" }.joined(separator: " UNION ALL ") + ")"
    }

    // MARK: Days that are over

    /// Removes rows by dropping the days that have hardly any others; the few that stay go to `audit_rest`.
    ///
    /// - Parameters:
    ///   - end: Days that end later are not dropped, in Unix milliseconds.
    ///   - heads: The last row of each chain that is removed.
    ///   - transaction: In which it is done.
    /// - Returns: Whether the rows are removed; `false` if no day can be dropped, or too much would have to be deleted.
    /// - Throws: An error of the database.
    static func drop(before end: Int64, upTo heads: [AuditHead], in transaction: any SQLTransaction) throws -> Bool {
        let removed = Removed(heads)
        let (over, others) = try partsThatAreOver(before: end, in: transaction)
        let dropped = try over.filter { part in
            try removed.count("NOT", of: part, upTo: maximumKept, in: transaction) <= maximumKept
        }
        guard !dropped.isEmpty else { return false }
        let kept = others + over.filter { !dropped.contains($0) }
        let deleted = try kept.reduce(0) { try $0 + removed.count("", of: $1, upTo: maximumDeleted, in: transaction) }
        guard deleted <= maximumDeleted else { return false }
        for part in kept { try removed.delete(from: part, in: transaction) }
        // From here to the commit nobody writes into the audit.
        try transaction.execute("SET LOCAL lock_timeout = '1s'", [])
        for part in dropped {
            try transaction.execute(.once("ALTER TABLE audit DETACH PARTITION \(part)"), [])
            try removed.keepOthers(of: part, in: transaction)
            try transaction.execute(.once("DROP TABLE \(part)"), [])
        }
        return true
    }

    /// The parts whose time has been over for a day: no clock is as wrong, and those for other times.
    private static func partsThatAreOver(
        before end: Int64 = .max,
        in transaction: any SQLTransaction
    ) throws -> (over: [String], others: [String]) {
        let all = try transaction.fetch(
            .once(
                """
                SELECT relname, (ends <= least(?, extract(epoch FROM now())::bigint * 1000 - 86400000))::int
                FROM (\(parts)) AS parts ORDER BY ends
                """
            ),
            [end]
        ) { (name: $0.string(0), isOver: $0.bool(1)) }
        return (all.filter(\.isOver).map(\.name), all.filter { !$0.isOver }.map(\.name) + ["audit_rest"])
    }

    /// Tells rows that are removed from others.
    private struct Removed {
        private let arguments: SQLArguments
        private static let condition = """
            EXISTS (
                SELECT FROM UNNEST(?::bigint[], ?::bigint[]) AS removed (chain, last)
                WHERE removed.chain = entry.id >> \(AuditChain.sequenceBits) AND entry.id <= removed.last
            )
            """

        init(_ heads: [AuditHead]) {
            arguments = [
                PostgresText.array(heads.map(\.chain)), PostgresText.array(heads.map(\.id)),
            ]
        }

        /// Counts rows, and stops behind a number.
        func count(_ negation: String, of part: String, upTo limit: Int, in transaction: any SQLTransaction) throws
            -> Int
        {
            try transaction.first(
                .once(
                    """
                    SELECT count(*) FROM (
                        SELECT FROM \(part) AS entry WHERE \(negation) \(Self.condition) LIMIT \(limit + 1)
                    ) AS found
                    """
                ),
                arguments
            ) { Int($0.integer(0)) } ?? 0
        }

        func delete(from part: String, in transaction: any SQLTransaction) throws {
            try transaction.execute(.once("DELETE FROM \(part) AS entry WHERE \(Self.condition)"), arguments)
        }

        func keepOthers(of part: String, in transaction: any SQLTransaction) throws {
            try transaction.execute(
                .once("INSERT INTO audit SELECT * FROM \(part) AS entry WHERE NOT \(Self.condition)"),
                arguments
            )
        }
    }
}
