internal import AccountsSQL
internal import GRDB
internal import GRDBSQLite

/// A statement of every sign-in, bound and read on SQLite itself: GRDB's general way boxes each value, which costs
/// several times as much as the look-up.
///
/// It belongs to the writer's connection and is used on the writer's thread alone. Every use of `unsafe` here is a call
/// of SQLite's C interface with the statement's own handle, or a copy out of memory that SQLite has just handed out.
struct HotStatement {
    private let statement: Statement

    init(_ database: Database, _ sql: String) throws {
        statement = try database.makeStatement(sql: sql)
    }

    /// Runs the statement for its effect; `bind` gives all of its question marks their values.
    func run(_ bind: (inout HotBinder) -> Void) throws {
        try first(bind) { _ in }
    }

    /// Runs the statement and reads its first row; `nil` if there are no rows.
    @discardableResult
    func first<Result>(
        _ bind: (inout HotBinder) -> Void = { _ in },
        read: (HotRow) throws -> Result
    ) throws -> Result? {
        let handle = unsafe statement.sqliteStatement
        // Values stay bound, so that the next ones are written into the same memory.
        defer { _ = unsafe sqlite3_reset(handle) }
        // The binder and the row are not kept beyond this call, and the handle is the statement's, which is.
        var binder = unsafe HotBinder(handle: handle)
        bind(&binder)
        try check(binder.code)
        let code = unsafe sqlite3_step(handle)
        guard code == SQLITE_ROW else {
            try check(code == SQLITE_DONE ? SQLITE_OK : code)
            return nil
        }
        return try unsafe read(HotRow(handle: handle))
    }

    private func check(_ code: Int32) throws {
        guard code != SQLITE_OK else { return }
        throw DatabaseError(resultCode: ResultCode(rawValue: code), message: "a statement of a sign-in failed")
    }
}

/// Gives the question marks of a ``HotStatement`` their values, one after the other; not to be kept beyond that.
///
/// Safe to use: the handle is that of a statement that is there as long as the binder is, SQLite checks indices, and it
/// copies every value within the call that lends it the value's memory. Each `unsafe` here is such a call, or takes or
/// gives the handle or the value's memory for it.
@safe
struct HotBinder {
    private let handle: OpaquePointer
    private var index: Int32 = 0
    /// The first error, if there was one.
    fileprivate private(set) var code = SQLITE_OK

    fileprivate init(handle: OpaquePointer) {
        unsafe self.handle = unsafe handle
    }

    mutating func bind(_ number: Int64) {
        let index = next()
        note(unsafe sqlite3_bind_int64(handle, index, number))
    }

    /// `nil` is NULL.
    mutating func bind(_ text: String?) {
        let index = next()
        guard var text else { return note(unsafe sqlite3_bind_null(handle, index)) }
        let code = text.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                unsafe sqlite3_bind_text(
                    handle,
                    index,
                    characters.baseAddress,
                    Int32(bytes.count),
                    Self.transient
                )
            }
        }
        note(code)
    }

    mutating func bind(_ bytes: [UInt8]) {
        let index = next()
        let code = unsafe bytes.withUnsafeBytes { bytes in
            unsafe sqlite3_bind_blob(handle, index, bytes.baseAddress, Int32(bytes.count), Self.transient)
        }
        note(code)
    }

    /// SQLite copies what it is handed: the value may be gone before the statement is run.
    private static var transient: sqlite3_destructor_type { unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

    private mutating func next() -> Int32 {
        index += 1
        return index
    }

    private mutating func note(_ code: Int32) {
        if self.code == SQLITE_OK { self.code = code }
    }
}

/// The row that a ``HotStatement`` stands on; not to be kept beyond that.
///
/// Safe to use: the statement stands on the row as long as there is this value, SQLite checks column numbers, and memory
/// that it lends is copied before the next call.
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
