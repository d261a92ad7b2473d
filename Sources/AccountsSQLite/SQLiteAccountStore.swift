package import Accounts
internal import Foundation
internal import GRDB
internal import LoginKey

/// The embedded store: one SQLite file in WAL mode, synced to disk before anybody hears of a change.
///
/// SQLite itself syncs at checkpoints only (`synchronous = NORMAL`, which GRDB sets for a pool); the log is synced by
/// ``SyncQueue``.
package final class SQLiteAccountStore: Sendable {
    let pool: DatabasePool
    let writer: GroupCommit
    let vault: SecretVault

    /// Opens the database, makes it if it is not there, and brings its tables up to date.
    ///
    /// - Parameters:
    ///   - path: The file. Two more, `-wal` and `-shm`, lie beside it while it is open.
    ///   - masterKey: Under which secrets in the file are encrypted.
    ///   - sync: Waits until the log is on the disk; for tests. `nil` for what does so.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package init(
        path: String,
        masterKey: MasterKey,
        sync: (@Sendable () throws -> Void)? = nil
    ) throws(AccountsError) {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.maximumReaderCount = 2
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { database in
            // A quarter of a GiB of the file is read where the system has it in memory. The log is written back when it
            // has 16 MiB: under load every time costs the writer two syncs.
            try database.execute(
                sql: """
                    PRAGMA cache_size = -4000;
                    PRAGMA mmap_size = 268435456;
                    PRAGMA wal_autocheckpoint = 4000;
                    """
            )
        }
        do {
            // SQLite gives the files beside the database the database's own mode.
            if !FileManager.default.fileExists(atPath: path) {
                _ = FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
            }
            self.pool = try DatabasePool(path: path, configuration: configuration)
            try Schema.migrator.migrate(pool)
            let log = try pool.writeWithoutTransaction { try WriteAheadLog(of: $0) }
            try log.sync()
            self.vault = SecretVault(masterKey: masterKey)
            self.writer = GroupCommit(pool: pool, vault: vault, sync: sync ?? log.sync)
        } catch {
            throw .unavailable(error)
        }
    }

    /// Closes the database.
    package func close() throws(AccountsError) {
        writer.finish()
        do {
            try pool.close()
        } catch {
            throw .unavailable(error)
        }
    }

    /// Reads on one of the reader connections, off the shared threads; the value comes once all that it can rest on is on
    /// the disk.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(AccountsError) -> Value {
        do {
            let value = try await pool.read { try body($0) }
            try await writer.settle()
            return value
        } catch let error as AccountsError {
            throw error
        } catch {
            throw .unavailable(error)
        }
    }
}

extension SQLiteAccountStore {
    /// Lets the file grow no further, as a full disk would; for tests.
    package func limitPages(_ isLimited: Bool) async throws(AccountsError) {
        try await writer.submitOutsideTransaction { database in
            let count = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            try database.execute(sql: "PRAGMA max_page_count = \(isLimited ? count + 2 : 1_073_741_823)")
        }
    }
}
