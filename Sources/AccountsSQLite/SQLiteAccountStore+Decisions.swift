package import Accounts
internal import GRDB

extension SQLiteAccountStore: AccountStore {
    package func rule<Verdict: Sendable>(
        on key: AccountKey,
        at now: Int64,
        _ decide: @escaping @Sendable (AccountSnapshot?) -> Ruling<Verdict>,
        completion: @escaping @Sendable (Result<Verdict, AccountsError>) -> Void
    ) {
        writer.enqueue(
            { context in
                let snapshot = try context.snapshot(of: key, at: now)
                return .success(try context.carryOut(decide(snapshot), at: now))
            },
            completion: completion
        )
    }

    package func snapshot(of key: AccountKey, at now: Int64) async throws(AccountsError) -> AccountSnapshot? {
        try await writer.submit { try $0.snapshot(of: key, at: now) }
    }

    package func firstUse(of key: SpentKey) async throws(AccountsError) -> Int64? {
        try await read { database in
            let sql = "SELECT first_used_at FROM spent_keys WHERE forget_at = ? AND identity = ?"
            return try Int64.fetchOne(database, sql: sql, arguments: [key.forgetAt, key.identity.blob])
        }
    }
}
