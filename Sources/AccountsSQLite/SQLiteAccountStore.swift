package import Accounts
package import AccountsSQL
internal import Foundation
internal import GRDB
internal import LoginKey
internal import Synchronization
internal import SystemSupport

/// The embedded store: one SQLite file in WAL mode, synced to disk before anybody hears of a change.
///
/// SQLite itself syncs at checkpoints only (`synchronous = NORMAL`, which GRDB sets for a pool); the log is synced by
/// ``SyncQueue``.
package final class SQLiteAccountStore: Sendable {
    let pool: DatabasePool
    let writer: GroupCommit
    let lookUps: BatchedLookUp
    package let vault: SecretVault
    package let snapshots: SnapshotReader
    let useMark: UseMark

    /// Opens the database, makes it if it is not there, and brings its tables up to date.
    ///
    /// - Parameters:
    ///   - path: The file. Two more, `-wal` and `-shm`, lie beside it while it is open.
    ///   - masterKey: Under which secrets in the file are encrypted.
    ///   - mayUpdate: Whether tables of an older version are brought up to date.
    ///   - sync: Waits until the log is on the disk; for tests. `nil` for what does so.
    ///   - uptime: Milliseconds that only grow; for tests.
    /// - Throws: ``AccountsError/Code/storeUnavailable``; ``AccountsError/Code/schemaMismatch`` for a database of a newer
    ///   version, and of an older one that may not be updated.
    package init(
        path: String,
        masterKey: MasterKey,
        mayUpdate: Bool = true,
        sync: (@Sendable () throws -> Void)? = nil,
        uptime: @escaping @Sendable () -> Int64 = { Uptime.milliseconds }
    ) throws(AccountsError) {
        let file = try AccountsError.translating { try OpenedFile(path, mayUpdate: mayUpdate, uptime: uptime) }
        self.pool = file.pool
        self.useMark = file.useMark
        self.vault = SecretVault(masterKey: masterKey)
        self.snapshots = SnapshotReader(vault: vault)
        self.writer = GroupCommit(pool: pool, vault: vault, clock: file.clock, sync: sync ?? file.log.sync)
        self.lookUps = BatchedLookUp(pool: pool, snapshots: snapshots, writer: writer)
    }

    /// Checks that the database belongs to the master key; whoever opens a new one first says to which it does.
    ///
    /// - Throws: ``AccountsError/Code/unreadableSecret`` if the master key is another one.
    package func checkMasterKey() throws(AccountsError) {
        try AccountsError.translating {
            let check = Data(vault.masterKeyCheck)
            let isKnown = try pool.read { database in
                let known = try Data.fetchOne(database, sql: "SELECT key_check FROM store")
                if let known { try vault.require(known) }
                // Databases of earlier versions say so by their secrets alone.
                try vault.check(in: SQLiteConnection(database: database))
                return known != nil
            }
            guard !isKnown else { return }
            try pool.write { database in
                try database.execute(sql: "UPDATE store SET key_check = ? WHERE key_check IS NULL", arguments: [check])
                try vault.require(try Data.fetchOne(database, sql: "SELECT key_check FROM store") ?? Data())
            }
        }
    }

    private let isClosed = Atomic(false)

    /// Closes the database; again, it does nothing.
    ///
    /// Its log is written back first, so that one complete file is left, and nothing beside it if nobody else has it open.
    package func close() throws(AccountsError) {
        guard !isClosed.exchange(true, ordering: .relaxed) else { return }
        writer.finish()
        do {
            try? useMark.take(from: pool)
            _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            try pool.close()
            try? removeLog()
            try? useMark.takeAfterRecovery()
        } catch {
            throw .unavailable(error)
        }
    }

    /// Takes away the files beside the database, which the pool leaves: its last connection is one that only reads.
    private func removeLog() throws {
        guard FileManager.default.fileExists(atPath: pool.path) else { return }
        let database = try DatabaseQueue(path: pool.path)
        _ = try database.read { try Bool.fetchOne($0, sql: "SELECT is_in_use FROM store") }
        try database.close()
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
