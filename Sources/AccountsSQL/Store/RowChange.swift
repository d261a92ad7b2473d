package import Accounts

/// A change of one row, found by the statement alone, and the events that are written down with it.
///
/// As it looks at nothing but whether the row is there, a store may send many of them together.
package struct RowChange: Sendable {
    /// A statement that changes a row, and what that is called.
    package struct Row: Sendable {
        /// What it is called in an error.
        package let what: String
        /// Its primary key: rows are changed in this order, so that nodes do not wait for each other in circles.
        package let key: String
        /// Changes it, and nothing else.
        package let statement: SQLStatement
        /// The statement's.
        package let arguments: SQLArguments
    }

    /// `nil` for events alone.
    package let row: Row?
    /// Written down if the change was made.
    package let events: [AuditEvent]

    /// Changes a row that has to be there.
    package init(
        _ what: String,
        _ key: String,
        _ statement: SQLStatement,
        _ arguments: SQLArguments,
        recording event: AuditEvent
    ) {
        self.row = Row(what: what, key: key, statement: statement, arguments: arguments)
        self.events = [event]
    }

    /// Writes events down.
    package init(recording events: [AuditEvent]) {
        self.row = nil
        self.events = events
    }

    /// Makes the change.
    ///
    /// - Throws: ``AccountsError/Code/notFound`` if there is no such row, and as ``SQLConnection/execute(_:_:)``.
    package func carryOut(in transaction: any SQLTransaction) throws {
        if let row { try transaction.change(row.what, row.statement, row.arguments) }
        for event in events { try transaction.append(event) }
    }
}
