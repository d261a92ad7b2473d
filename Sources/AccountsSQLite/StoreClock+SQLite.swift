internal import AccountsSQL
internal import GRDB

extension StoreClock {
    /// Reads where the clock stands; a store without one has it from its newest event.
    ///
    /// - Parameters:
    ///   - database: The store's.
    ///   - uptime: Milliseconds that only grow, and that nobody can set.
    /// - Throws: An error of GRDB.
    init(_ database: Database, uptime: @escaping @Sendable () -> Int64) throws {
        let sql = """
            SELECT CASE WHEN clock > 0 THEN clock
                ELSE coalesce((SELECT time / 1000 FROM audit ORDER BY id DESC LIMIT 1), strftime('%s', 'now')) END
            FROM store
            """
        self.init(from: try Int64.fetchOne(database, sql: sql) ?? 0, uptime: uptime)
    }
}
