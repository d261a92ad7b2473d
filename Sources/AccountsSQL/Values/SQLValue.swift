/// A value that a statement is given.
package enum SQLValue: Sendable {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])

    /// The value as a database knows it.
    package init(_ value: (any SQLConvertible)?) {
        self = value?.sqlValue ?? .null
    }
}

/// What a statement can be given; `nil` stands for NULL.
package protocol SQLConvertible: Sendable {
    /// The value as a database knows it.
    var sqlValue: SQLValue { get }
}

extension Int64: SQLConvertible {
    package var sqlValue: SQLValue { .integer(self) }
}

extension Int: SQLConvertible {
    package var sqlValue: SQLValue { .integer(Int64(self)) }
}

extension String: SQLConvertible {
    package var sqlValue: SQLValue { .text(self) }
}

/// Truth values are kept as 0 and 1, in every database.
extension Bool: SQLConvertible {
    package var sqlValue: SQLValue { .integer(self ? 1 : 0) }
}

extension [UInt8]: SQLConvertible {
    package var sqlValue: SQLValue { .bytes(self) }
}

/// What the question marks of a statement stand for, in their order.
package typealias SQLArguments = [(any SQLConvertible)?]
