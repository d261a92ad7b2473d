package import Accounts
package import AccountsSQL
internal import GRDB

extension SQLiteAccountStore: SQLAccountStore {
    package func perform(_ transaction: any AuthenticationTransaction) {
        writer.enqueue(transaction)
    }

    /// Looks an account up together with others that are asked for at the same time.
    package func snapshot(of key: AccountReference, at now: Int64) async throws(AccountsError) -> AccountSnapshot? {
        try await lookUps.find(key, at: now)
    }

    /// Reads on one of the reader connections, off the shared threads; the value comes once all that it can rest on is on
    /// the disk.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws(AccountsError) -> Value {
        do {
            let value = try await pool.read { try body(SQLiteConnection(database: $0)) }
            try await writer.settle()
            return value
        } catch {
            throw AccountsError(translating: error)
        }
    }

    /// Changes something in the next batch; SQLite lets nobody else write meanwhile, whatever the scope.
    package func write<Value: Sendable>(
        _ scope: WriteScope,
        _ body: @escaping @Sendable (any SQLTransaction) throws -> Value
    ) async throws(AccountsError) -> Value {
        try await writer.submitIsolated { try body($0) }
    }
}
