package import Accounts
internal import AccountsSQL
internal import LoginKey

extension PostgresAccountStore {
    package func verifyAudit(lookingFor noted: [UInt8]?) async throws(AccountsError) -> AuditVerification {
        try await read { try AuditCheck.run($0, lookingFor: noted) }
    }
}

/// Goes through all chains, one after the other.
struct AuditCheck {
    private(set) var found = AuditVerification()
    /// The number of the last row.
    private(set) var last: Int64 = 0
    private var chain = AuditChain()
    private var newestTime: Int64 = .min
    private var newest: [UInt8]?

    /// Checks all rows, until one does not fit.
    static func run(_ connection: any SQLConnection, lookingFor noted: [UInt8]?) throws -> AuditVerification {
        var check = AuditCheck()
        var rows = try page(after: 0, connection) { check.add($0, lookingFor: noted) }
        while rows > 0, check.found.firstBroken == nil {
            rows = try page(after: check.last, connection) { check.add($0, lookingFor: noted) }
        }
        return check.found
    }

    private static func page(
        after id: Int64,
        _ connection: any SQLConnection,
        _ add: (any ColumnReader) -> Void
    ) throws -> Int {
        try connection.fetch(
            "SELECT \(Rows.eventColumns) FROM audit WHERE id > ? ORDER BY id LIMIT 5000",
            [id],
            add
        )
        .count
    }

    /// Checks the next row: a chain begins with its first row, and no row of it is left out.
    mutating func add(_ row: any ColumnReader, lookingFor noted: [UInt8]?) {
        guard found.firstBroken == nil else { return }
        let id = row.integer(10)
        let number = AuditPosition.chain(of: id)
        if number != AuditPosition.chain(of: last) {
            chain = AuditChain(number: number)
            last = number << AuditPosition.sequenceBits
        }
        guard id == last + 1 else {
            found.firstBroken = id
            return
        }
        last = id
        found.check(row, in: &chain, lookingFor: noted)
        if row.integer(0) >= newestTime { (newestTime, newest) = (row.integer(0), found.newest) }
        found.newest = newest
    }
}
