/// The number of a row, given by the store; numbers of different kinds of rows cannot be mixed up.
package struct RecordID<Owner>: Hashable, Sendable, CustomStringConvertible {
    /// A positive number.
    package let number: Int64

    /// Makes an id.
    package init(_ number: Int64) {
        self.number = number
    }

    /// The number.
    package var description: String { "\(number)" }
}
