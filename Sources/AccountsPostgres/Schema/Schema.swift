internal import Accounts
internal import AccountsSQL
internal import Glibc

/// The tables, as migrations.
///
/// A released migration is never changed; a new one is added behind it. A blank line ends a statement. Old and new nodes run side by side during an
/// update: a migration only adds what the version before can do without.
enum Schema {
    private static let migrations = [
        version1, version2, version3, version4, version5, version6, version7,
        version8, version9, version10, version11, version12, version13,
    ]

    /// So many times a table may be in use for too long, each three seconds, before an update is given up.
    private static let maximumRefusals = 200

    /// Brings the tables up to date; one node at a time does so.
    ///
    /// - Parameters:
    ///   - connector: Connects to the database.
    ///   - mayUpdate: Whether tables may be made and changed.
    ///   - acceptsOthers: Whether tables of any version will do as they are.
    /// - Throws: ``AccountsError/Code/schemaMismatch`` for a newer version, and an older one that may not be changed.
    static func bringUpToDate(_ connector: PostgresConnector, mayUpdate: Bool, acceptsOthers: Bool) throws {
        let connection = try connector.connect()
        guard try !MoveMark(connection).isSet else {
            throw AccountsError(
                code: .schemaMismatch,
                message: "was filled in part only: start `latchkey database move` again, which goes on where it stopped"
            )
        }
        let version = try currentVersion(connection)
        if acceptsOthers, version > 0 { return }
        guard version <= migrations.count else {
            throw AccountsError(
                code: .schemaMismatch,
                message: "was written by a newer version of Latchkey: install that version"
            )
        }
        guard version < migrations.count else { return }
        guard mayUpdate else {
            throw AccountsError(
                code: .schemaMismatch,
                message: version == 0
                    ? "has no tables of Latchkey yet: `latchkey serve` and `latchkey group create` make them"
                    : "is of an older version: start `latchkey serve` of this version once, which brings it up to date"
            )
        }
        try migrate(connector.longRunning.connect())
    }

    /// Makes the tables in a database that something is moved into.
    static func makeTables(_ connection: PostgresConnection) throws {
        if try currentVersion(connection) < migrations.count { try migrate(connection) }
    }

    static func currentVersion(_ connection: PostgresConnection) throws -> Int {
        // A query, as `to_regclass` may remember that there was no table before the lock was had.
        let table = try connection.run(
            "SELECT 1 FROM pg_tables WHERE tablename = 'latchkey_migrations' AND schemaname = ANY (current_schemas(false))"
        )
        guard table.rowCount > 0 else { return 0 }
        let found = try connection.run("SELECT coalesce(max(version), 0) FROM latchkey_migrations")
        return found.map { Int($0.integer(0)) }.first ?? 0
    }

    /// Each migration is a transaction of its own, and one that was interrupted is made again as a whole.
    private static func migrate(_ connection: PostgresConnection) throws {
        var refusals = 0
        while true {
            do {
                guard try migrateOnce(connection) else { break }
            } catch let error as PostgresError where error.isLockTimeout && refusals < maximumRefusals {
                // Somebody reads for long, such as pg_dump.
                refusals += 1
                sleep(1)
            }
        }
        do {
            try AuditDays.prepare(connection)
        } catch let error as PostgresError where error.isLockTimeout {
            // Somebody reads the audit. Servers make the days within the hour; until then there is `audit_rest`.
        }
    }

    /// Runs the next migration, and returns whether there was one.
    private static func migrateOnce(_ connection: PostgresConnection) throws -> Bool {
        try connection.transaction {
            _ = try connection.run(.once("SELECT pg_advisory_xact_lock(\(AdvisoryLock.migration))"))
            // All others wait behind whoever waits for a table.
            _ = try connection.run("SET LOCAL lock_timeout = '2s'")
            let version = try currentVersion(connection)
            guard version < migrations.count else { return false }
            for statement in migrations[version].split(separator: ";\n\n") {
                _ = try connection.run(.once(String(statement)))
            }
            _ = try connection.run("INSERT INTO latchkey_migrations (version) VALUES (?)", [version + 1])
            return true
        }
    }
}
