internal import Accounts
internal import AccountsSQL
internal import LoginKey

/// Decisions that share a transaction: looked up together, decided one after the other, written down together.
///
/// Three round trips, whatever their number: what is known about the accounts, the spent credentials, the rest with the
/// commit. Rows are written in the order of their keys, so that nodes do not wait for each other in circles.
struct DecisionBatch {
    private let decisions: [any AuthenticationTransaction]
    private let writer: WriterState

    init(_ decisions: [any AuthenticationTransaction], writer: WriterState) {
        self.decisions = decisions
        self.writer = writer
    }

    /// Carries them out, and tells each caller.
    func run() {
        var evaluated: [EvaluatedTransaction] = []
        do {
            let (connection, lookUp) = try lookUp()
            evaluated = decisions.map { evaluate($0, lookUp) }
            try write(&evaluated, on: connection)
            for one in evaluated { one.decision.complete(one.failure.map(Result.failure) ?? .success(())) }
        } catch {
            writer.giveUp()
            for decision in decisions { decision.complete(.failure(.unavailable(error))) }
        }
    }

    // MARK: Looking up

    /// Begins the transaction and looks everything up; again if the connection turns out to be gone.
    private func lookUp() throws -> (PostgresConnection, AccountLookUp) {
        do {
            return try attemptLookUp()
        } catch let error as PostgresError where error.isTransient {
            writer.giveUp()
            return try attemptLookUp()
        }
    }

    private func attemptLookUp() throws -> (PostgresConnection, AccountLookUp) {
        let connection = try writer.connection()
        try writer.beginChain()
        return (connection, try AccountLookUp(of: decisions, writer: writer, on: connection))
    }

    // MARK: Evaluating

    private func evaluate(_ decision: any AuthenticationTransaction, _ lookUp: AccountLookUp) -> EvaluatedTransaction {
        do {
            let snapshot = try lookUp.snapshot(of: decision)
            return EvaluatedTransaction(decision: decision, record: decision.evaluate(on: snapshot))
        } catch let error as AccountsError {
            return EvaluatedTransaction(decision: decision, failure: error)
        } catch {
            return EvaluatedTransaction(decision: decision, failure: .unavailable(error))
        }
    }

    // MARK: Writing

    private func write(_ evaluated: inout [EvaluatedTransaction], on connection: PostgresConnection) throws {
        let usedUp = try CredentialSpending(evaluated).run(writer, on: connection)
        for index in usedUp { evaluated[index].refuseSpentCredential() }
        for index in try unusableKeys(evaluated, on: connection) { evaluated[index].refuseSpentCredential() }
        try updateLaunches(evaluated, on: connection)
        var commands = [AuditTable.insert(try evaluated.compactMap(\.record?.event).map(writer.row))]
        commands += usedKeys(evaluated)
        commands += purge()
        try writer.commit(commands.compactMap(\.self), on: connection)
    }

    /// Writes the uses of security keys down.
    ///
    /// - Returns: The places of the decisions whose key has gone, or does not count on.
    private func unusableKeys(
        _ evaluated: [EvaluatedTransaction],
        on connection: PostgresConnection
    ) throws -> [Int] {
        let transaction = WorkTransaction(writer, on: connection)
        let uses = evaluated.enumerated()
            .compactMap { index, one in one.record?.usedSecurityKey.map { (index, $0, one.decision.seconds) } }
            .sorted { $0.1.id.number < $1.1.id.number }
        return try uses.filter { try !transaction.write($0.1, at: $0.2) }.map(\.0)
    }

    private func updateLaunches(_ evaluated: [EvaluatedTransaction], on connection: PostgresConnection) throws {
        let transaction = WorkTransaction(writer, on: connection)
        for one in evaluated {
            if let launch = one.record?.launch { try transaction.update(launch, at: one.decision.seconds) }
        }
    }

    private func usedKeys(_ evaluated: [EvaluatedTransaction]) -> [PostgresConnection.Command?] {
        var latest: [Int64: Int64] = [:]
        for one in evaluated {
            guard let id = one.record?.usedAPIKey else { continue }
            let now = one.decision.seconds
            if writer.caches.shouldNoteUse(of: id, at: now) { latest[id.number] = now }
        }
        return latest.sorted { $0.key < $1.key }
            .map { .init("UPDATE api_keys SET last_used_at = ? WHERE id = ?", [$0.value, $0.key]) }
    }

    /// Once a minute: forgets what was used up, and what was over, long ago: by the store's own clock, the database server's and
    /// this machine's, of which the last two may jump (`docs/threats.md#replay`).
    private func purge() -> [PostgresConnection.Command?] {
        guard let own = writer.clock?.seconds, own >= writer.nextPurge else { return [] }
        writer.nextPurge = own + 60
        let now = min(own, decisions.map(\.seconds).min() ?? 0)
        let clock = "least(?, extract(epoch FROM now())::bigint - 60)"
        return [
            "spent_keys WHERE forget_at < \(clock)", "launches WHERE forget_at < \(clock)",
            "sessions WHERE is_open = 0 AND ended_at < \(clock) - \(SessionRecord.retention)",
            // Others forget them too: nobody waits for anybody, and many take several times.
            """
            user_changes WHERE (position, user_id) IN (SELECT position, user_id FROM user_changes
            WHERE changed_at < \(clock) - \(RightsCursor.retention) LIMIT 5000 FOR UPDATE SKIP LOCKED)
            """,
        ]
        .map { PostgresConnection.Command(.once("DELETE FROM \($0)"), [now]) }
            + [.init("UPDATE store_clock SET seconds = greatest(seconds, ?)", [own])]
    }
}

/// A decision and what it has come to.
struct EvaluatedTransaction {
    let decision: any AuthenticationTransaction
    /// What is written down; `nil` if it could not be evaluated.
    private(set) var record: TransactionRecord?
    /// Why it could not be evaluated.
    private(set) var failure: AccountsError?

    init(decision: any AuthenticationTransaction, record: TransactionRecord) {
        self.decision = decision
        self.record = record
    }

    init(decision: any AuthenticationTransaction, failure: AccountsError) {
        self.decision = decision
        self.failure = failure
    }

    /// The credential was used up before: another event is written instead, and nothing is noted at a launch.
    mutating func refuseSpentCredential() {
        record?.event = decision.evaluateSpentCredential()
        record?.launch = nil
        record?.usedSecurityKey = nil
    }
}
