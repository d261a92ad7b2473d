/// A table whose rows are moved to another database, where it has the same name and columns.
package struct MovedTable: Sendable {
    /// Its name.
    package let name: String
    /// The columns; a row's values come in their order.
    package let columns: [String]
    /// The columns of the primary key: rows are moved and compared in their order.
    package let key: [String]
    /// The highest number that was given to a row, of one that is gone too; 0 where the database gives none.
    package let lastNumber: Int64

    /// Makes it.
    package init(name: String, columns: [String], key: [String], lastNumber: Int64) {
        self.name = name
        self.columns = columns
        self.key = key
        self.lastNumber = lastNumber
    }

    /// A query for all rows, in order.
    package var query: String {
        "SELECT \(columns.joined(separator: ", ")) FROM \(name) ORDER BY \(key.joined(separator: ", "))"
    }
}

/// A row's values, in the order of ``MovedTable/columns``.
package typealias MovedRow = [SQLValue]
