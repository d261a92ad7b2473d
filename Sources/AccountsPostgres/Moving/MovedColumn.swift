internal import AccountsSQL

/// The types of the columns of the tables, by PostgreSQL's names.
enum MovedColumn: String {
    case integer
    case bigint
    case text
    case bytea

    /// The type of many values.
    var array: String { rawValue + "[]" }

    /// A column's value in a row.
    func value(_ row: PostgresRow, _ column: Int) -> SQLValue {
        switch self {
        case .integer, .bigint: row.optionalInteger(column).map(SQLValue.integer) ?? .null
        case .text: row.text(column).map(SQLValue.text) ?? .null
        case .bytea: row.bytes(column).map(SQLValue.bytes) ?? .null
        }
    }
}
