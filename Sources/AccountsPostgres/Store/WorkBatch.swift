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
        for _ in 0..<Self.attempts {
            do {
                try attempt()
                return nil
            } catch let error as PostgresError where error.isTransient {
                continue
            } catch {
                return .unavailable(error)
            }
        }
        return .unavailable(nil)
    }

    private func attempt() throws {
        let connection = try writer.connection()
        try writer.beginChain()
        do {
            try begin(on: connection)
            let transaction = WorkTransaction(writer, on: connection)
            try run(in: transaction)
            try writer.commit(on: connection)
        } catch {
            writer.giveUp()
            throw error
        }
    }

    private func run(in transaction: WorkTransaction) throws {
        do {
            for work in works { try work.run(transaction) }
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
