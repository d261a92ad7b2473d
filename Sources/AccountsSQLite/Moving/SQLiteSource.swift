package import Accounts
package import AccountsSQL
internal import Foundation
internal import GRDB

/// A SQLite file whose rows are moved to another database; nobody else can open it meanwhile.
package final class SQLiteSource {
    /// How many rows are handed on at a time.
    package static let batchSize = 4000

    private let queue: DatabaseQueue
    /// The tables; what a table's rows point to comes before it.
    package let tables: [MovedTable]
    /// Tells this content from any other, that of the same file at another time too.
    package let identity: [UInt8]
    /// How often groups, keys and roles were changed.
    package let revision: Int64

    /// Opens a file that is up to date and takes it for itself.
    ///
    /// - Parameter path: The file.
    /// - Throws: ``AccountsError/Code/inUse`` if anybody else has it open; ``AccountsError/Code/storeUnavailable``.
    package init(path: String) throws(AccountsError) {
        do {
            queue = try DatabaseQueue(path: path)
            try Self.takeAlone(queue)
            let (tables, identity, revision) = try queue.read { database in
                try (database.movedTables(), Self.identity(database), Self.revision(database))
            }
            (self.tables, self.identity, self.revision) = (tables, identity, revision)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            throw AccountsError(code: .inUse, message: "somebody has the file open", cause: error)
        } catch {
            throw AccountsError(translating: error)
        }
    }

    /// Only who has a file for itself can take its log away; then the lock is kept.
    private static func takeAlone(_ queue: DatabaseQueue) throws {
        try queue.writeWithoutTransaction { database in
            guard try String.fetchOne(database, sql: "PRAGMA journal_mode = DELETE") == "delete" else {
                throw DatabaseError(resultCode: .SQLITE_BUSY)
            }
            try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
            try database.inTransaction(.exclusive) { .commit }
        }
    }

    private static func revision(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT revision FROM store") ?? 0
    }

    /// The newest audit row: its hash rests on all others, and nothing that counts is changed without a row.
    private static func identity(_ database: Database) throws -> [UInt8] {
        let hash = try Data.fetchOne(database, sql: "SELECT hash FROM audit ORDER BY id DESC LIMIT 1")
        return Array(hash ?? Data()) + Array("\(try revision(database))".utf8)
    }

    /// How many rows a table has.
    package func count(of table: MovedTable) throws(AccountsError) -> Int {
        try AccountsError.translating {
            try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table.name)") ?? 0 }
        }
    }

    /// Reads the rows of a table.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - count: So many rows are left out at the beginning.
    ///   - body: Is called with up to ``batchSize`` rows at a time.
    /// - Throws: ``AccountsError/Code/storeUnavailable``, and what `body` throws.
    package func read(
        _ table: MovedTable,
        leavingOut count: Int = 0,
        _ body: ([MovedRow]) throws -> Void
    ) throws(AccountsError) {
        try AccountsError.translating {
            try queue.read { database in
                let rows = try Row.fetchCursor(database, sql: "\(table.query) LIMIT -1 OFFSET \(count)")
                var batch: [MovedRow] = []
                while let row = try rows.next() {
                    batch.append(try Self.values(row, table))
                    guard batch.count == Self.batchSize else { continue }
                    try body(batch)
                    batch.removeAll(keepingCapacity: true)
                }
                if !batch.isEmpty { try body(batch) }
            }
        }
    }

    private static func values(_ row: Row, _ table: MovedTable) throws -> MovedRow {
        try table.columns.indices.map { column in
            switch (row[column] as DatabaseValue).storage {
            case .null: .null
            case .int64(let number): .integer(number)
            case .string(let text): .text(text)
            case .blob(let data): .bytes(Array(data))
            case .double: throw Rows.unreadable(table.name)
            }
        }
    }

    /// Lets others have the file again.
    package func close() throws(AccountsError) {
        try AccountsError.translating { try queue.close() }
    }
}
