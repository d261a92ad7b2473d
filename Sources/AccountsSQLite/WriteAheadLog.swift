internal import GRDB
internal import Glibc
internal import SystemPackage

/// The file beside a database that SQLite appends transactions to, as far as syncing it goes.
///
/// SQLite takes no locks on this file, so that a descriptor of our own may be opened and closed.
final class WriteAheadLog: Sendable {
    private let descriptor: FileDescriptor

    /// Opens the log of a database, which is beside the file itself and not beside a link to it.
    ///
    /// - Throws: `Errno`, or an error of GRDB.
    init(of database: Database) throws {
        let path = try String.fetchOne(database, sql: "SELECT file FROM pragma_database_list WHERE name = 'main'") ?? ""
        descriptor = try FileDescriptor.open(FilePath(path + "-wal"), .readOnly, options: .closeOnExec)
    }

    deinit {
        try? descriptor.close()
    }

    /// A lock on the file, of this descriptor.
    enum Lock {
        case none
        /// Several may hold it.
        case shared
        /// Nobody else holds one.
        case exclusive
    }

    /// Changes the lock; an exclusive one is not waited for, and whoever does not get it has none.
    ///
    /// - Returns: Whether it is held now.
    /// - Throws: `Errno`.
    @discardableResult
    func lock(_ lock: Lock) throws -> Bool {
        let operation =
            switch lock {
            case .none: LOCK_UN
            case .shared: LOCK_SH
            case .exclusive: LOCK_EX | LOCK_NB
            }
        while flock(descriptor.rawValue, operation) != 0 {
            let error = Errno(rawValue: errno)
            if error == .wouldBlock { return false }
            guard error == .interrupted else { throw error }
        }
        return true
    }

    /// Waits until all that was written to the log is on the disk.
    ///
    /// - Throws: `Errno`.
    func sync() throws {
        while fdatasync(descriptor.rawValue) != 0 {
            let error = Errno(rawValue: errno)
            guard error == .interrupted else { throw error }
        }
    }
}
