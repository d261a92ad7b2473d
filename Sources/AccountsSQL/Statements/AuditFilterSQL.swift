package import Accounts
internal import LoginKey

/// An ``AuditFilter`` as a condition of SQL with its arguments; its limit is not in it.
package struct AuditFilterSQL {
    /// The condition.
    package private(set) var text = "1 = 1"
    /// What its question marks stand for.
    package private(set) var arguments: SQLArguments = []

    /// Puts the condition together.
    package init(_ filter: AuditFilter) {
        require("correlation_id = ?", filter.correlationID?.text)
        require("partner_id = ?", filter.partnerID?.text)
        require("actor = ?", filter.actor)
        require("outcome = ?", filter.outcome?.rawValue)
        require("time >= ?", filter.since)
    }

    private mutating func require(_ condition: String, _ value: (any SQLConvertible)?) {
        guard let value else { return }
        text += " AND " + condition
        arguments.append(value)
    }
}

extension AuditVerification {
    /// Checks the next row of a chain.
    ///
    /// - Parameters:
    ///   - row: The row, with ``Rows/eventColumns``.
    ///   - chain: The chain up to the row before; up to this row afterwards.
    ///   - noted: A hash that was noted earlier, 32 bytes.
    package mutating func check(_ row: some ColumnReader, in chain: inout AuditChain, lookingFor noted: [UInt8]?) {
        rows += 1
        let stored = row.bytes(9) ?? []
        guard let event = try? Rows.event(row), chain.append(event) == stored else {
            firstBroken = row.integer(10)
            return
        }
        newest = stored
        hasNoted = hasNoted || stored == noted
    }
}
