internal import AccountsSQL
internal import Foundation
internal import GRDB

/// A database's file, opened, with tables that are up to date.
struct OpenedFile {
    let pool: DatabasePool
    let log: WriteAheadLog
    let useMark: UseMark
    let clock: StoreClock

    /// Opens the file, and makes it if it is not there; throws an error of the store or of GRDB.
    init(_ path: String, mayUpdate: Bool, uptime: @escaping @Sendable () -> Int64) throws {
        // SQLite gives the files beside the database the database's own mode.
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        }
        let hadLog = UseMark.hasLog(path)
        try Schema.refuseNewer(path)
        self.pool = try DatabasePool(path: path, configuration: Self.configuration)
        try Schema.bringUpToDate(pool, mayUpdate: mayUpdate)
        self.log = try pool.writeWithoutTransaction { try WriteAheadLog(of: $0) }
        self.useMark = try UseMark(path: path, hadLog: hadLog, log: log, pool)
        try log.sync()
        self.clock = try pool.read { try StoreClock($0, uptime: uptime) }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.maximumReaderCount = 2
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { database in
            // No memory map: a file that is cut off behind it would end the process. The log is written back when it has
            // 16 MiB: under load every time costs the writer two syncs.
            try database.execute(
                sql: """
                    PRAGMA cache_size = -4000;
                    PRAGMA wal_autocheckpoint = 4000;
                    """
            )
        }
        return configuration
    }
}
