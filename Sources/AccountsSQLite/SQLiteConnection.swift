internal import AccountsSQL
internal import Foundation
internal import GRDB

/// A connection of GRDB within a transaction, as the shared statements see it.
struct SQLiteConnection: SQLConnection {
    let database: Database

    var dialect: SQLDialect { .sqlite }

    func execute(_ statement: SQLStatement, _ arguments: SQLArguments) throws -> Int {
        try translatingViolations {
            try prepare(statement).execute(arguments: StatementArguments(arguments.map(\.databaseValue)))
            return database.changesCount
        }
    }

    func fetch<Value>(_ statement: SQLStatement, _ arguments: SQLArguments, _ read: RowReader<Value>) throws -> [Value]
    {
        try translatingViolations {
            let values = StatementArguments(arguments.map(\.databaseValue))
            let rows = try Row.fetchCursor(prepare(statement), arguments: values)
            var found: [Value] = []
            while let row = try rows.next() { found.append(try read(row)) }
            return found
        }
    }

    private func prepare(_ statement: SQLStatement) throws -> Statement {
        try statement.isPrepared
            ? database.cachedStatement(sql: statement.text) : database.makeStatement(sql: statement.text)
    }

    private func translatingViolations<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
            switch error.extendedResultCode {
            case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY: throw SQLConstraintViolation.unique
            case .SQLITE_CONSTRAINT_FOREIGNKEY: throw SQLConstraintViolation.foreignKey
            default: throw SQLConstraintViolation.other
            }
        }
    }
}

extension SQLDialect {
    /// SQLite lets one writer in at a time.
    static let sqlite = SQLDialect(
        position: "instr",
        forUpdate: "",
        newestEvents: "id DESC",
        milliseconds: "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
        checkpointLock: "SELECT 1",
        nextUserChange: "(SELECT coalesce(max(position), 0) + 1 FROM user_changes)",
        timeline: "''"
    )
}

extension (any SQLConvertible)? {
    fileprivate var databaseValue: DatabaseValue {
        switch SQLValue(self) {
        case .null: .null
        case .integer(let number): number.databaseValue
        case .text(let text): text.databaseValue
        case .bytes(let bytes): Data(bytes).databaseValue
        }
    }
}

extension Row: ColumnReader {
    package func integer(_ column: Int) -> Int64 { self[column] ?? 0 }

    package func isNull(_ column: Int) -> Bool { hasNull(atIndex: column) }

    package func text(_ column: Int) -> String? { self[column] }

    package func bytes(_ column: Int) -> [UInt8]? { (self[column] as Data?).map(Array.init) }
}
