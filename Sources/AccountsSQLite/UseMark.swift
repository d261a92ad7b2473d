package import Accounts
internal import AccountsSQL
internal import Foundation
internal import GRDB
internal import Synchronization

/// Says in the database file that a server has it open, so that a plain copy of the file alone shows that it lacks the
/// log, where the newest changes are.
///
/// The last of the servers that have set the mark takes it away when it stops: each of them holds a shared lock on the
/// log. After a crash, whoever opens the file together with its log and closes it as the last one does.
final class UseMark: Sendable {
    /// The file was marked as open, and its log was not beside it: changes may be missing.
    let lacksLog: Bool
    private let path: String
    private let log: WriteAheadLog
    private let isOfCrash: Bool
    private let isOurs = Mutex(false)

    /// Reads the mark of a database that has just been opened.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - hadLog: Whether the log was beside it before.
    ///   - log: The log that is beside it now.
    ///   - pool: The database.
    /// - Throws: An error of GRDB.
    init(path: String, hadLog: Bool, log: WriteAheadLog, _ pool: DatabasePool) throws {
        let isMarked = try pool.read { try Bool.fetchOne($0, sql: "SELECT is_in_use FROM store") } ?? false
        self.path = path
        self.log = log
        lacksLog = isMarked && !hadLog
        isOfCrash = isMarked && hadLog
    }

    /// Whether a log lies beside a database, which is beside the file itself and not beside a link to it.
    static func hasLog(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: URL(filePath: path).resolvingSymlinksInPath().path + "-wal")
    }

    /// Sets the mark, in the file itself.
    func set(in pool: DatabasePool) throws {
        // A server that is just taking its mark away is waited for.
        try log.lock(.shared)
        do {
            try write(true, to: pool)
        } catch {
            _ = try? log.lock(.none)
            throw error
        }
        isOurs.withLock { $0 = true }
    }

    /// Takes the mark away that was set here, unless another server holds it too.
    func take(from pool: DatabasePool) throws {
        guard isOurs.withLock({ $0 }) else { return }
        defer { _ = try? log.lock(.none) }
        if try log.lock(.exclusive) { try write(false, to: pool) }
    }

    /// Takes the mark of a crashed server away, once the log is a part of the file; the database is closed.
    func takeAfterRecovery() throws {
        guard isOfCrash, !isOurs.withLock({ $0 }), !Self.hasLog(path) else { return }
        let database = try DatabaseQueue(path: path)
        try database.writeWithoutTransaction { try Self.write(false, to: $0) }
        try database.close()
    }

    /// Writes the mark.
    static func write(_ isInUse: Bool, to database: Database) throws {
        try database.execute(sql: "UPDATE store SET is_in_use = ?", arguments: [isInUse])
    }

    private func write(_ isInUse: Bool, to pool: DatabasePool) throws {
        try pool.writeWithoutTransaction { database in
            try Self.write(isInUse, to: database)
            _ = try? database.checkpoint(.passive)
        }
    }
}

extension SQLiteAccountStore {
    /// Whether this is a plain copy of a database that was open: what was written last may be missing.
    package var lacksLog: Bool { useMark.lacksLog }

    /// Says in the file that a server has it open, until it is closed.
    ///
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func markInUse() throws(AccountsError) {
        do {
            try useMark.set(in: pool)
        } catch {
            throw .unavailable(error)
        }
    }
}
