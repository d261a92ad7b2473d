internal import Accounts
internal import GRDB

/// The tables, as migrations.
///
/// A released migration is never changed; a new one is added behind it.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { try $0.execute(sql: version1) }
        migrator.registerMigration("2") { try $0.execute(sql: version2) }
        migrator.registerMigration("3") { try $0.execute(sql: version3) }
        migrator.registerMigration("4") { try $0.execute(sql: version4) }
        migrator.registerMigration("5") { try $0.execute(sql: version5) }
        migrator.registerMigration("6") { try $0.execute(sql: version6) }
        migrator.registerMigration("7") { try $0.execute(sql: version7) }
        migrator.registerMigration("8") { try $0.execute(sql: version8) }
        migrator.registerMigration("9") { try $0.execute(sql: version9) }
        migrator.registerMigration("10") { try $0.execute(sql: version10) }
        migrator.registerMigration("11") { try $0.execute(sql: version11) }
        migrator.registerMigration("12") { try $0.execute(sql: version12) }
        migrator.registerMigration("13") { try $0.execute(sql: version13) }
        migrator.registerMigration("14") { try $0.execute(sql: version14) }
        migrator.registerMigration("15") { try $0.execute(sql: version15) }
        migrator.registerMigration("16") { try $0.execute(sql: version16) }
        migrator.registerMigration("17") { try $0.execute(sql: version17) }
        return migrator
    }

    /// Refuses a file of a newer version before anything is written into it: a pool of connections begins with a write.
    ///
    /// - Parameter path: The file; one that is missing, empty or cannot be read is left to whoever opens it.
    /// - Throws: ``AccountsError/Code/schemaMismatch``.
    static func refuseNewer(_ path: String) throws(AccountsError) {
        var configuration = Configuration()
        configuration.readonly = true
        guard let file = try? DatabaseQueue(path: path, configuration: configuration) else { return }
        defer { try? file.close() }
        if (try? file.read { try migrator.hasBeenSuperseded($0) }) == true { throw newer }
    }

    private static let newer = AccountsError(
        code: .schemaMismatch,
        message:
            "was written by a newer version of Latchkey: install that version, or restore a backup from before the "
            + "update"
    )

    /// Brings the tables up to date.
    ///
    /// - Parameters:
    ///   - pool: The database.
    ///   - mayUpdate: Whether tables of an older version may be changed.
    /// - Throws: ``AccountsError/Code/schemaMismatch`` for a newer version, and an older one that may not be changed.
    static func bringUpToDate(_ pool: DatabasePool, mayUpdate: Bool) throws {
        let migrator = migrator
        let (isNewer, isOlder) = try pool.read { database in
            (try migrator.hasBeenSuperseded(database), try !migrator.hasCompletedMigrations(database))
        }
        guard !isNewer else { throw newer }
        guard isOlder else { return }
        guard mayUpdate else {
            throw AccountsError(
                code: .schemaMismatch,
                message:
                    "is of an older version: start `latchkey serve` of this version once, which brings it up to date"
            )
        }
        do {
            try migrator.migrate(pool)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_ERROR {
            throw AccountsError(
                code: .schemaMismatch,
                message: "cannot be brought up to date (\(error.message ?? "")): its tables are those of no version; "
                    + "restore a backup"
            )
        }
    }
}
