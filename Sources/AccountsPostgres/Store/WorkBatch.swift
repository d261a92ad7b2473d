internal import Accounts
internal import AccountsSQL

/// Changes that share a transaction.
struct WorkBatch {
    /// How often a transaction is begun again that stood in the way of another.
    private static let attempts = 5

    let works: [BatchWriter.Work]
    let writer: WriterState

    /// Carries them out, and tells each caller.
    func run() {
        let error = failure()
        for work in works { work.finish(error) }
    }

    /// Why nothing of it was done; `nil` if all of it is durable.
    private func failure() -> AccountsError? {
        var isTogether = true
        for _ in 0..<Self.attempts {
            do {
                try attempt(together: isTogether)
                return nil
            } catch let error as PostgresError where error.isTransient {
                continue
            } catch is SQLConstraintViolation {
                // One of those that were sent together has ended the transaction of all.
                isTogether = false
            } catch {
                return .unavailable(error)
            }
        }
        return .unavailable(nil)
    }

    private func attempt(together isTogether: Bool) throws {
        let connection = try writer.connection()
        try writer.beginChain()
        do {
            try begin(on: connection)
            let transaction = WorkTransaction(writer, on: connection)
            try run(in: transaction, together: isTogether)
            try writer.commit(on: connection)
        } catch {
            writer.giveUp()
            throw error
        }
    }

    /// Changes of rows that follow each other are sent together.
    private func run(in transaction: WorkTransaction, together isTogether: Bool) throws {
        var rest = works[...]
        do {
            while let first = rest.first {
                let changes = isTogether ? rest.prefix { $0.change != nil } : []
                if changes.isEmpty {
                    try first.run(transaction)
                } else {
                    let outcomes = try transaction.carryOut(changes.compactMap(\.change))
                    for (work, outcome) in zip(changes, outcomes) { work.settle(outcome) }
                }
                rest.removeFirst(max(changes.count, 1))
            }
        } catch let error as PostgresError where error.isOfConnection {
            throw PostgresError.rolledBack
        }
    }

    private func begin(on connection: PostgresConnection) throws {
        var commands = [PostgresConnection.Command("BEGIN")]
        if works.contains(where: { $0.scope == .accounts }) {
            // Behind an import of minutes, better an error than a wait.
            commands.append(.init("SET LOCAL lock_timeout = '5s'"))
            commands.append(.init("SELECT pg_advisory_xact_lock(?)", [AdvisoryLock.accounts]))
        }
        _ = try writer.run(commands, on: connection)
    }
}
