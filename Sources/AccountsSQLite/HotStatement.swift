internal import Foundation
internal import GRDB
internal import GRDBSQLite

/// A statement of every sign-in, bound and read on SQLite itself: GRDB's general way boxes each value, which costs
/// several times as much as the look-up.
///
/// It belongs to the writer's connection and is used on the writer's thread alone. Every use of `unsafe` here is a call
/// of SQLite's C interface with the statement's own handle, or a copy out of memory that SQLite has just handed out.
struct HotStatement {
    /// A value for a question mark.
    enum Value {
        case text(String)
        case integer(Int64)
        case blob([UInt8])
        case null
    }

    private let statement: Statement

    init(_ database: Database, _ sql: String) throws {
        statement = try database.makeStatement(sql: sql)
    }

    /// Runs the statement for its effect.
    func run(_ values: Value...) throws {
        _ = try first(values) { _ in }
    }

    /// Runs the statement and reads its first row; `nil` if there is none.
    func first<Result>(_ values: Value..., read: (HotRow) throws -> Result) throws -> Result? {
        try first(values, read: read)
    }

    private func first<Result>(_ values: [Value], read: (HotRow) throws -> Result) throws -> Result? {
        let handle = unsafe statement.sqliteStatement
        defer {
            _ = unsafe sqlite3_reset(handle)
            _ = unsafe sqlite3_clear_bindings(handle)
        }
        for (index, value) in values.enumerated() {
            try check(unsafe Self.bind(value, at: Int32(index + 1), of: handle))
        }
        let code = unsafe sqlite3_step(handle)
        guard code == SQLITE_ROW else {
            try check(code == SQLITE_DONE ? SQLITE_OK : code)
            return nil
        }
        return try unsafe read(HotRow(handle: handle))
    }

    private static func bind(_ value: Value, at index: Int32, of handle: OpaquePointer) -> Int32 {
        // SQLite copies what it is handed ("transient"): the value may be gone before the statement is run.
        let transient = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch value {
        case .integer(let number): return unsafe sqlite3_bind_int64(handle, index, number)
        case .null: return unsafe sqlite3_bind_null(handle, index)
        case .text(var text):
            return text.withUTF8 { bytes in
                unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                    unsafe sqlite3_bind_text(handle, index, characters.baseAddress, Int32(bytes.count), transient)
                }
            }
        case .blob(let bytes):
            return unsafe bytes.withUnsafeBytes { bytes in
                unsafe sqlite3_bind_blob(handle, index, bytes.baseAddress, Int32(bytes.count), transient)
            }
        }
    }

    private func check(_ code: Int32) throws {
        guard code != SQLITE_OK else { return }
        throw DatabaseError(resultCode: ResultCode(rawValue: code), message: "a statement of a sign-in failed")
    }
}

/// A row whose columns are read by position.
protocol ColumnReader {
    /// The column's number; 0 for NULL.
    func integer(_ column: Int) -> Int64
    /// The column's text; `nil` for NULL.
    func text(_ column: Int) -> String?
    /// The column's bytes; `nil` for NULL.
    func bytes(_ column: Int) -> [UInt8]?
    /// Whether the column is NULL.
    func isNull(_ column: Int) -> Bool
}

extension ColumnReader {
    /// The column's number; `nil` for NULL.
    func optionalInteger(_ column: Int) -> Int64? {
        isNull(column) ? nil : integer(column)
    }
}

/// The row that a ``HotStatement`` stands on; not to be kept beyond that.
@safe
struct HotRow: ColumnReader {
    private let handle: OpaquePointer

    init(handle: OpaquePointer) {
        unsafe self.handle = unsafe handle
    }

    func integer(_ column: Int) -> Int64 {
        unsafe sqlite3_column_int64(handle, Int32(column))
    }

    func isNull(_ column: Int) -> Bool {
        unsafe sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL
    }

    func text(_ column: Int) -> String? {
        guard let bytes = unsafe sqlite3_column_text(handle, Int32(column)) else { return nil }
        let count = Int(unsafe sqlite3_column_bytes(handle, Int32(column)))
        return unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    func bytes(_ column: Int) -> [UInt8]? {
        guard let bytes = unsafe sqlite3_column_blob(handle, Int32(column)) else { return nil }
        let count = Int(unsafe sqlite3_column_bytes(handle, Int32(column)))
        return unsafe Array(UnsafeRawBufferPointer(start: bytes, count: count))
    }
}

extension Row: ColumnReader {
    func integer(_ column: Int) -> Int64 { self[column] ?? 0 }

    func isNull(_ column: Int) -> Bool { hasNull(atIndex: column) }

    func text(_ column: Int) -> String? { self[column] }

    func bytes(_ column: Int) -> [UInt8]? { (self[column] as Data?).map(Array.init) }
}
