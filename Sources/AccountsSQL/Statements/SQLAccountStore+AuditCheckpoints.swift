package import Accounts
internal import LoginKey

extension SQLAccountStore {
    package func sealAudit(
        ifOlderThan milliseconds: Int64,
        isComplete: Bool
    ) async throws(AccountsError) -> AuditSealing {
        try await write(.rows) { [vault] transaction in
            let dialect = transaction.dialect
            guard try transaction.exists(.once(dialect.checkpointLock), []),
                let now = try transaction.first(.once("SELECT \(dialect.milliseconds)"), [], { $0.integer(0) })
            else { return AuditSealing() }
            let trail = try Rows.checkpointTrail(in: transaction)
            if let last = trail.last, (0..<milliseconds).contains(now - last.time) { return AuditSealing() }
            var (changed, lost, silent) = try Rows.changes(since: trail, isComplete: isComplete, in: transaction)
            // Some of them in turn, all within an hour: there can be thousands, of commands that have ended.
            let count = min(silent.count, max(silent.count / 360, 16))
            let turn = Int(now / 10_000) * count
            for index in 0..<count {
                let head = silent[(turn + index) % silent.count]
                if try !transaction.hasAuditRow(head) { lost.append(head) }
            }
            guard !changed.isEmpty else { return AuditSealing(lost: lost) }
            let checkpoint = trail.next(changed, at: now)
            try transaction.insert(checkpoint, signature: vault.auditSigner.sign(checkpoint))
            return AuditSealing(checkpoint: checkpoint, lost: lost)
        }
    }
}

extension SQLTransaction {
    fileprivate func insert(_ checkpoint: AuditCheckpoint, signature: [UInt8]) throws {
        try execute(
            "INSERT INTO audit_checkpoints (\(Rows.checkpointColumns)) VALUES (?, ?, ?, ?, ?, ?)",
            [
                checkpoint.number, checkpoint.time, checkpoint.isFull, checkpoint.previous,
                AuditHead.encode(checkpoint.heads), signature,
            ]
        )
        guard checkpoint.isFull else { return }
        try execute(
            """
            DELETE FROM audit_checkpoints
            WHERE number < (SELECT max(number) FROM audit_checkpoints WHERE is_full = 1 AND number <= ?)
            """,
            [checkpoint.number - AuditCheckpoint.kept]
        )
    }
}

extension Rows {
    fileprivate static let checkpointColumns = "number, time, is_full, previous, heads, signature"

    /// Reads a checkpoint and its signature.
    private static func checkpoint(_ row: some ColumnReader) throws -> (AuditCheckpoint, [UInt8]) {
        guard let heads = AuditHead.decode(row.bytes(4) ?? []) else { throw unreadable("audit_checkpoints") }
        let checkpoint = AuditCheckpoint(
            number: row.integer(0),
            time: row.integer(1),
            isFull: row.bool(2),
            previous: row.bytes(3) ?? [],
            heads: heads
        )
        return (checkpoint, row.bytes(5) ?? [])
    }

    /// What the checkpoints say, from the last full one on; signatures are not checked.
    package static func checkpointTrail(in connection: any SQLConnection) throws -> AuditCheckpointTrail {
        let checkpoints = try connection.fetch(
            """
            SELECT \(checkpointColumns) FROM audit_checkpoints
            WHERE number >= (SELECT max(number) FROM audit_checkpoints WHERE is_full = 1) ORDER BY number
            """,
            []
        ) { try checkpoint($0).0 }
        return checkpoints.reduce(into: AuditCheckpointTrail()) { _ = $0.add($1) }
    }

    /// Which chains go on behind what a trail says, which do not reach it any more, and which have no row where is written now.
    fileprivate static func changes(
        since trail: AuditCheckpointTrail,
        isComplete: Bool,
        in transaction: any SQLTransaction
    ) throws -> (changed: [AuditHead], lost: [AuditHead], silent: [AuditHead]) {
        var (known, changed, lost) = (trail.heads, [AuditHead](), [AuditHead]())
        let last = isComplete ? nil : trail.last
        let audit = try last.map { try transaction.writtenAudit(since: $0.time) } ?? transaction.audit
        for head in try heads(of: audit, in: transaction) {
            guard let before = known.removeValue(forKey: head.chain) else {
                changed.append(head)
                continue
            }
            guard head != before else { continue }
            if try !transaction.hasAuditRow(before) {
                lost.append(before)
            } else if head.id > before.id {
                changed.append(head)
            }
        }
        let others = known.values.sorted { $0.id < $1.id }
        return audit == transaction.audit ? (changed, lost + others, []) : (changed, lost, others)
    }

    /// The newest row of each chain into which is written now: for each chain one look at the index.
    private static func heads(of audit: String, in transaction: any SQLTransaction) throws -> [AuditHead] {
        let bits = AuditChain.sequenceBits
        return try transaction.fetch(
            .once(
                """
                WITH RECURSIVE newest (id) AS (
                    SELECT max(audit.id) FROM \(audit) AS audit
                    UNION ALL
                    SELECT (
                        SELECT max(audit.id) FROM \(audit) AS audit
                        WHERE audit.id <= ((newest.id >> \(bits)) << \(bits))
                    )
                    FROM newest WHERE newest.id IS NOT NULL
                )
                SELECT id, (SELECT audit.hash FROM \(audit) AS audit WHERE audit.id = newest.id LIMIT 1)
                FROM newest WHERE id IS NOT NULL ORDER BY id
                """
            ),
            []
        ) { AuditHead(id: $0.integer(0), hash: $0.bytes(1) ?? []) }
    }

    /// Goes through all checkpoints, some thousands at a time.
    ///
    /// - Parameters:
    ///   - verifier: Who checks their signatures.
    ///   - noted: A hash to look for, if any.
    ///   - connection: Where they are.
    /// - Returns: What was found, up to the first that does not fit, and the newest row of each chain that they name.
    /// - Throws: An error of the database.
    static func verifyCheckpoints(
        by verifier: AuditVerifier,
        lookingFor noted: [UInt8]?,
        in connection: any SQLConnection
    ) throws -> (found: AuditVerification, heads: [AuditHead]) {
        var (trail, found) = (AuditCheckpointTrail(), AuditVerification())
        var last: Int64? = Int64.min
        while let after = last, found.firstBrokenCheckpoint == nil {
            last =
                try connection.fetch(
                    "SELECT \(checkpointColumns) FROM audit_checkpoints WHERE number > ? ORDER BY number LIMIT 1000",
                    [after]
                ) { row in
                    let number = row.integer(0)
                    guard found.firstBrokenCheckpoint == nil else { return number }
                    guard let (checkpoint, signature) = try? checkpoint(row), trail.add(checkpoint),
                        verifier.isValid(signature, for: checkpoint)
                    else {
                        found.firstBrokenCheckpoint = number
                        return number
                    }
                    found.checkpoints += 1
                    found.hasNoted = found.hasNoted || checkpoint.hash == noted
                    return number
                }
                .last
        }
        found.newestCheckpoint = trail.last
        return (found, Array(trail.heads.values))
    }
}
