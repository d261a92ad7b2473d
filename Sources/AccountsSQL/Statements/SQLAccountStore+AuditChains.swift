package import Accounts
internal import LoginKey

extension SQLAccountStore {
    package func verifyAudit(lookingFor noted: [UInt8]?) async throws(AccountsError) -> AuditVerification {
        try await read { try Rows.verifyAudit(lookingFor: noted, in: $0) }
    }

    package func archivedAudit() async throws(AccountsError) -> [AuditHead] {
        try await read { try Rows.archivedAudit(in: $0) }
    }

    package func removeAuditRows(
        upTo last: AuditHead,
        recording event: AuditEvent?
    ) async throws(AccountsError) {
        try await write { transaction in
            guard
                try transaction.exists("SELECT 1 FROM audit WHERE id = ? AND hash = ?", [last.id, last.hash])
            else { throw AccountsError.notFound("row \(last.id) of the audit") }
            let end = AuditChain.start(of: last.chain + 1)
            guard try transaction.exists("SELECT 1 FROM audit WHERE id > ? AND id < ?", [last.id, end]) else {
                throw AccountsError(code: .inUse, message: "row \(last.id) is the newest of its chain")
            }
            try transaction.execute(
                "DELETE FROM audit WHERE id > ? AND id <= ?",
                [AuditChain.start(of: last.chain), last.id]
            )
            try transaction.execute(
                """
                INSERT INTO archived_audit (chain, id, hash) VALUES (?, ?, ?)
                ON CONFLICT (chain) DO UPDATE SET id = excluded.id, hash = excluded.hash
                """,
                [last.chain, last.id, last.hash]
            )
            if let event { try transaction.append(event) }
        }
    }
}

extension Rows {
    fileprivate static func archivedAudit(in connection: any SQLConnection) throws -> [AuditHead] {
        try connection.fetch("SELECT id, hash FROM archived_audit ORDER BY chain", []) { row in
            AuditHead(id: row.integer(0), hash: row.bytes(1) ?? [])
        }
    }

    /// Goes through all chains of the audit, one after the other.
    ///
    /// - Parameters:
    ///   - noted: A hash to look for, if any.
    ///   - connection: Where they are.
    /// - Returns: What was found, up to the first row that does not fit.
    /// - Throws: An error of the database.
    package static func verifyAudit(
        lookingFor noted: [UInt8]?,
        in connection: any SQLConnection
    ) throws -> AuditVerification {
        var archived = try archivedAudit(in: connection)
        while true {
            let found = try verify(after: archived, lookingFor: noted, in: connection)
            let now = try archivedAudit(in: connection)
            // Rows may be archived while they are checked.
            guard found.firstBroken != nil, now != archived else { return found }
            archived = now
        }
    }

    /// Checks all rows, some thousands at a time.
    private static func verify(
        after archived: [AuditHead],
        lookingFor noted: [UInt8]?,
        in connection: any SQLConnection
    ) throws -> AuditVerification {
        var check = AuditCheck(after: archived, lookingFor: noted)
        var last: Int64? = 0
        while let after = last, check.found.firstBroken == nil {
            last =
                try connection.fetch(
                    "SELECT \(eventColumns) FROM audit WHERE id > ? ORDER BY id LIMIT 5000",
                    [after]
                ) { row in
                    check.add(row.integer(10), try? event(row), row.bytes(9) ?? [])
                    return row.integer(10)
                }
                .last
        }
        return check.found
    }
}
