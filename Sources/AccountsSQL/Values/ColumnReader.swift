/// A row whose columns are read by position.
package protocol ColumnReader {
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
    package func optionalInteger(_ column: Int) -> Int64? {
        isNull(column) ? nil : integer(column)
    }

    /// The column's text; empty for NULL.
    package func string(_ column: Int) -> String {
        text(column) ?? ""
    }

    /// The column's truth value; `false` for NULL.
    package func bool(_ column: Int) -> Bool {
        integer(column) != 0
    }
}

/// Makes a value of a row; the row is not kept beyond that.
package typealias RowReader<Value> = (any ColumnReader) throws -> Value
