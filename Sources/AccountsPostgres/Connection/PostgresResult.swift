internal import AccountsSQL
internal import CPostgreSQL

/// The rows of one statement.
///
/// Every use of `unsafe` is a call of libpq with the result's own handle, or a copy out of memory that belongs to it.
@safe
final class PostgresResult {
    private let handle: OpaquePointer
    /// How many rows there are.
    let rowCount: Int
    /// How many rows were changed.
    let changeCount: Int

    /// Takes a result over, and clears it in the end.
    init(_ handle: OpaquePointer) {
        unsafe self.handle = unsafe handle
        rowCount = Int(unsafe PQntuples(handle))
        let changes = unsafe PQcmdTuples(handle)
        changeCount = unsafe changes.flatMap { unsafe Int(String(cString: $0)) } ?? 0
    }

    deinit {
        unsafe PQclear(handle)
    }

    /// Reads all rows.
    func map<Value>(_ read: (PostgresRow) throws -> Value) rethrows -> [Value] {
        try (0..<rowCount).map { try read(PostgresRow(result: self, index: Int32($0))) }
    }

    /// Reads the first row; `nil` for an empty result.
    func first<Value>(_ read: (PostgresRow) throws -> Value) rethrows -> Value? {
        rowCount > 0 ? try read(PostgresRow(result: self, index: 0)) : nil
    }

    /// Lends the text of a column; `nil` for NULL.
    fileprivate func withText<Value>(
        _ row: Int32,
        _ column: Int,
        _ body: (UnsafeBufferPointer<UInt8>) -> Value
    ) -> Value? {
        let column = Int32(column)
        guard unsafe PQgetisnull(handle, row, column) == 0, let text = unsafe PQgetvalue(handle, row, column) else {
            return nil
        }
        let count = Int(unsafe PQgetlength(handle, row, column))
        return unsafe text.withMemoryRebound(to: UInt8.self, capacity: count) { bytes in
            unsafe body(UnsafeBufferPointer(start: bytes, count: count))
        }
    }
}

/// A row of a ``PostgresResult``.
struct PostgresRow: ColumnReader {
    fileprivate let result: PostgresResult
    fileprivate let index: Int32

    func isNull(_ column: Int) -> Bool {
        unsafe result.withText(index, column) { _ in true } == nil
    }

    func integer(_ column: Int) -> Int64 {
        text(column).flatMap { Int64($0) } ?? 0
    }

    func text(_ column: Int) -> String? {
        unsafe result.withText(index, column) { unsafe String(decoding: $0, as: UTF8.self) }
    }

    func bytes(_ column: Int) -> [UInt8]? {
        unsafe result.withText(index, column) { unsafe PostgresText.bytes($0) }
    }
}
