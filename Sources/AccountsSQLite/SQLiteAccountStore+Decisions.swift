package import Accounts
internal import GRDB

extension SQLiteAccountStore: AccountStore {
    package func perform(_ transaction: any AuthenticationTransaction) {
        writer.enqueue(transaction)
    }

    package func snapshot(of key: AccountReference, at now: Int64) async throws(AccountsError) -> AccountSnapshot? {
        try await read { [reader] in try reader.snapshot(of: key, at: now, in: $0) }
    }

    package func firstUse(of key: SpentCredential) async throws(AccountsError) -> Int64? {
        try await read { database in
            let sql = "SELECT first_used_at FROM spent_keys WHERE forget_at = ? AND identity = ?"
            return try Int64.fetchOne(database, sql: sql, arguments: [key.forgetAt, key.identity.blob])
        }
    }
}
