package import Accounts
internal import LoginKey

extension SQLAccountStore {
    package func verifyAudit(lookingFor noted: [UInt8]?) async throws(AccountsError) -> AuditVerification {
        try await read { [vault] in try Rows.verifyAudit(by: vault.auditSigner, lookingFor: noted, in: $0) }
    }

    package func archivedAudit() async throws(AccountsError) -> [AuditHead] {
        try await read { try Rows.archivedAudit(in: $0) }
    }

    package func removeAuditRows(
        upTo last: AuditHead,
        recording event: AuditEvent?
    ) async throws(AccountsError) {
        try await write { transaction in
            try transaction.requireCheckpoint(behind: last, Rows.checkpointTrail(in: transaction))
            try transaction.execute(
                "DELETE FROM audit WHERE id > ? AND id <= ?",
                [AuditChain.start(of: last.chain), last.id]
            )
            try transaction.noteArchived(upTo: last)
            if let event { try transaction.append(event) }
        }
    }

    package func prepareAuditDays() async throws(AccountsError) {}

    package func dropAuditDays(before end: Int64, upTo heads: [AuditHead]) async throws(AccountsError) -> Bool { false }
}

extension SQLConnection {
    /// Checks that a row is there, and that a checkpoint covers one behind it.
    ///
    /// - Throws: ``AccountsError/Code/notFound`` or ``AccountsError/Code/inUse``.
    package func requireCheckpoint(behind last: AuditHead, _ trail: AuditCheckpointTrail) throws {
        guard try hasAuditRow(last) else {
            throw AccountsError.notFound("row \(last.id) of the audit")
        }
        guard let head = trail.heads[last.chain], head.id > last.id else {
            throw AccountsError(code: .inUse, message: "no checkpoint covers a row behind row \(last.id)")
        }
    }

    /// Whether a row is in the audit, with its hash.
    func hasAuditRow(_ head: AuditHead) throws -> Bool {
        try exists("SELECT 1 FROM audit WHERE id = ? AND hash = ?", [head.id, head.hash])
    }

    /// Remembers up to which row a chain is archived.
    package func noteArchived(upTo last: AuditHead) throws {
        try execute(
            """
            INSERT INTO archived_audit (chain, id, hash) VALUES (?, ?, ?)
            ON CONFLICT (chain) DO UPDATE SET id = excluded.id, hash = excluded.hash
            """,
            [last.chain, last.id, last.hash]
        )
    }
}

extension Rows {
    package static func archivedAudit(in connection: any SQLConnection) throws -> [AuditHead] {
        try connection.fetch("SELECT id, hash FROM archived_audit ORDER BY chain", []) { row in
            AuditHead(id: row.integer(0), hash: row.bytes(1) ?? [])
        }
    }

    /// Goes through all checkpoints and chains of the audit, one after the other.
    ///
    /// - Parameters:
    ///   - signer: Whose signatures the checkpoints have to have.
    ///   - noted: A hash to look for, if any.
    ///   - connection: Where they are.
    /// - Returns: What was found, up to the first row that does not fit.
    /// - Throws: An error of the database.
    package static func verifyAudit(
        by signer: AuditSigner,
        lookingFor noted: [UInt8]?,
        in connection: any SQLConnection
    ) throws -> AuditVerification {
        var (found, heads) = try verifyCheckpoints(by: signer.verifier(), lookingFor: noted, in: connection)
        let check = try verifyRows(
            AuditCheck(after: archivedAudit(in: connection), lookingFor: noted, reaching: heads),
            in: connection
        )
        (found.rows, found.firstBroken, found.newest) = (check.found.rows, check.found.firstBroken, check.found.newest)
        (found.archived, found.uncovered, found.missing) = (check.found.archived, check.found.uncovered, check.missing)
        found.hasNoted = found.hasNoted || check.found.hasNoted
        return found
    }

    /// Checks all rows, some thousands at a time.
    private static func verifyRows(_ check: AuditCheck, in connection: any SQLConnection) throws -> AuditCheck {
        var check = check
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
        return check
    }
}
