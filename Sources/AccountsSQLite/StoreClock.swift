internal import GRDB

/// The store's own clock: how far it has come while a process had it open (`docs/threats.md#replay`).
///
/// A jump of the machine's clock does not move it while a process runs. It stands still while no process runs, which keeps
/// records a little longer. It can be ahead only if it was first set while the machine's clock was; purging therefore
/// takes the earlier of this clock and the machine's.
struct StoreClock: Sendable {
    private let uptime: @Sendable () -> Int64
    private let base: Int64
    private let openedAt: Int64

    /// Reads where the clock stands; a store without one has it from its newest event.
    ///
    /// - Parameters:
    ///   - database: The store's.
    ///   - uptime: Milliseconds that only grow, and that nobody can set.
    /// - Throws: An error of GRDB.
    init(_ database: Database, uptime: @escaping @Sendable () -> Int64) throws {
        self.uptime = uptime
        openedAt = uptime()
        let sql = """
            SELECT CASE WHEN clock > 0 THEN clock
                ELSE coalesce((SELECT time / 1000 FROM audit ORDER BY id DESC LIMIT 1), strftime('%s', 'now')) END
            FROM store
            """
        base = try Int64.fetchOne(database, sql: sql) ?? 0
    }

    /// Where it stands now, in Unix seconds.
    var seconds: Int64 { base + max(uptime() - openedAt, 0) / 1000 }
}
