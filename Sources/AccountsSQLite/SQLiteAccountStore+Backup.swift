package import Accounts
internal import AccountsSQL
internal import GRDB

extension SQLiteAccountStore {
    /// Writes the database as it is at one moment to a new file, while others read and write it.
    ///
    /// - Parameter path: A file that is not there yet; no other lies beside it afterwards.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func backUp(to path: String) throws(AccountsError) {
        do {
            let copy = try DatabaseQueue(path: path)
            try pool.backup(to: copy)
            // What is copied says that it has a log beside it, and that it is open.
            try copy.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA journal_mode = DELETE")
                try UseMark.write(false, to: database)
            }
            try copy.close()
        } catch {
            throw Self.reason(error).map { AccountsError(code: .storeUnavailable, message: $0) } ?? .unavailable(error)
        }
    }

    /// What is wrong with the disk of a copy; SQLite's own words are about the database that is copied, which has no error.
    private static func reason(_ error: any Error) -> String? {
        switch (error as? DatabaseError)?.resultCode {
        case ResultCode.SQLITE_FULL: "the disk is full"
        case ResultCode.SQLITE_IOERR: "input/output error"
        default: nil
        }
    }

    /// Looks through the whole file, whether SQLite finds it in order.
    ///
    /// - Throws: ``AccountsError/Code/storeUnavailable``, with what was found first.
    package func checkIntegrity() throws(AccountsError) {
        try AccountsError.translating {
            let found = try pool.read { try String.fetchOne($0, sql: "PRAGMA integrity_check(1)") } ?? "nothing"
            guard found == "ok" else { throw AccountsError(code: .storeUnavailable, message: found) }
        }
    }
}
