internal import Accounts
internal import AccountsSQL

/// Uses up the credentials of a batch.
struct CredentialSpending {
    /// What makes a credential the same as another.
    private struct Key: Hashable, Comparable {
        let forgetAt: Int64
        let identity: [UInt8]

        static func < (left: Self, right: Self) -> Bool {
            left.forgetAt == right.forgetAt
                ? left.identity.lexicographicallyPrecedes(right.identity) : left.forgetAt < right.forgetAt
        }
    }

    private struct Use {
        let index: Int
        let key: Key
        let credential: SpentCredential
        let now: Int64
    }

    private let uses: [Use]

    init(_ evaluated: [EvaluatedTransaction]) {
        uses = evaluated.enumerated()
            .flatMap { index, one in
                [one.record?.spends, one.record?.alsoSpends].compactMap(\.self)
                    .map { credential in
                        let key = Key(forgetAt: credential.forgetAt, identity: credential.identity)
                        return Use(index: index, key: key, credential: credential, now: one.decision.seconds)
                    }
            }
    }

    /// Spends them.
    ///
    /// - Returns: The places of the decisions that spend what was used up before.
    /// - Throws: ``PostgresError``.
    func run(_ writer: WriterState, on connection: PostgresConnection) throws -> Set<Int> {
        guard !uses.isEmpty else { return [] }
        var firstUses: [Key: Int64] = [:]
        for use in uses where firstUses[use.key] == nil { firstUses[use.key] = use.now }
        let added = try insert(firstUses, writer, on: connection)
        let known = Set(firstUses.keys).subtracting(added)
        // What another transaction has spent meanwhile is seen by a statement that begins after it has committed.
        if !known.isEmpty { firstUses.merge(try read(known, writer, on: connection)) { _, stored in stored } }
        var fresh = added
        let usedUp = uses.filter { use in
            if fresh.remove(use.key) != nil { return false }
            guard let firstUse = firstUses[use.key] else { return true }
            return !use.credential.isReusable(at: use.now, firstUse: firstUse)
        }
        return Set(usedUp.map(\.index))
    }

    private func insert(
        _ firstUses: [Key: Int64],
        _ writer: WriterState,
        on connection: PostgresConnection
    ) throws -> Set<Key> {
        let sorted = firstUses.sorted { $0.key < $1.key }
        let command = PostgresConnection.Command(
            """
            INSERT INTO spent_keys (forget_at, identity, first_used_at)
            SELECT * FROM UNNEST(?::bigint[], ?::bytea[], ?::bigint[])
            ON CONFLICT DO NOTHING RETURNING forget_at, identity
            """,
            [
                PostgresText.array(sorted.map(\.key.forgetAt)), PostgresText.array(sorted.map(\.key.identity)),
                PostgresText.array(sorted.map(\.value)),
            ]
        )
        let rows = try writer.run([command], on: connection).first?.map(Self.key) ?? []
        return Set(rows)
    }

    private func read(
        _ keys: Set<Key>,
        _ writer: WriterState,
        on connection: PostgresConnection
    ) throws -> [Key: Int64] {
        let keys = Array(keys)
        let command = PostgresConnection.Command(
            """
            SELECT forget_at, identity, first_used_at FROM spent_keys
            JOIN UNNEST(?::bigint[], ?::bytea[]) AS wanted (f, i) ON forget_at = f AND identity = i
            """,
            [PostgresText.array(keys.map(\.forgetAt)), PostgresText.array(keys.map(\.identity))]
        )
        let rows = try writer.run([command], on: connection).first?.map { (Self.key($0), $0.integer(2)) } ?? []
        return Dictionary(rows) { first, _ in first }
    }

    private static func key(_ row: PostgresRow) -> Key {
        Key(forgetAt: row.integer(0), identity: row.bytes(1) ?? [])
    }
}
