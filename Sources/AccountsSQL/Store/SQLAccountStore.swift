package import Accounts

/// An account store in a database that speaks SQL.
///
/// Everything but decisions and the audit is written once, for all databases: see the folder `Statements`.
package protocol SQLAccountStore: AccountStore {
    /// Seals and opens what is kept secret.
    var vault: SecretVault { get }
    /// Looks accounts up.
    var snapshots: SnapshotReader { get }

    /// Reads in one transaction; the value comes once all that it can rest on is durable.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws(AccountsError) -> Value

    /// Changes something in one transaction, which is durable when this returns. If `body` throws, nothing is changed.
    ///
    /// - Parameters:
    ///   - scope: What the change rests on.
    ///   - body: The changes. Nothing else, as it is called again if the database asks for it.
    /// - Returns: What `body` returned.
    /// - Throws: What `body` throws, ``AccountsError/Code/alreadyExists`` for a constraint that it breaks, and
    ///   ``AccountsError/Code/storeUnavailable``.
    func write<Value: Sendable>(
        _ scope: WriteScope,
        _ body: @escaping @Sendable (any SQLTransaction) throws -> Value
    ) async throws(AccountsError) -> Value

    /// Makes a change of a row.
    ///
    /// - Throws: ``AccountsError/Code/notFound`` if there is no such row, and as ``write(_:_:)``.
    func write(_ change: RowChange) async throws(AccountsError)
}

/// What a change rests on.
package enum WriteScope: Sendable {
    /// Rows that it reads first: no other such change is carried out meanwhile, in no process.
    case accounts
    /// The rows alone that it changes.
    case rows
}

extension SQLAccountStore {
    package func write(_ change: RowChange) async throws(AccountsError) {
        try await write(.rows) { try change.carryOut(in: $0) }
    }

    /// Changes something that rests on what it reads first.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLTransaction) throws -> Value
    ) async throws(AccountsError) -> Value {
        try await write(.accounts, body)
    }

    /// Removes what has to be there.
    func remove(
        _ what: String,
        _ statement: SQLStatement,
        _ arguments: SQLArguments,
        recording event: AuditEvent
    ) async throws(AccountsError) {
        try await write { transaction in
            try transaction.change(what, statement, arguments)
            try transaction.append(event)
        }
    }
}

extension SQLAccountStore {
    package func snapshot(of key: AccountReference, at now: Int64) async throws(AccountsError) -> AccountSnapshot? {
        try await read { [snapshots] in try snapshots.snapshot(of: key, at: now, in: $0) }
    }

    package func snapshots(
        of users: Set<User.ID>,
        at now: Int64
    ) async throws(AccountsError) -> [User.ID: AccountSnapshot] {
        guard !users.isEmpty else { return [:] }
        return try await read { [snapshots] in try snapshots.snapshots(of: users, at: now, in: $0) }
    }

    package func rightsChanges(since cursor: RightsCursor?) async throws(AccountsError) -> RightsChanges {
        try await read { connection in
            // What comes while this is read is read again with the next cursor.
            let dialect = connection.dialect
            let current = try connection.first(
                "SELECT revision, \(dialect.timeline), \(dialect.nextUserChange) FROM store",
                []
            ) { RightsCursor(revision: $0.integer(0), timeline: $0.string(1), position: $0.integer(2)) }
            guard let current else { throw Rows.unreadable("store") }
            guard let cursor, cursor.revision == current.revision, cursor.timeline == current.timeline,
                cursor.position <= current.position
            else { return RightsChanges(.everybody, until: current) }
            let users = try connection.fetch(
                "SELECT DISTINCT user_id FROM user_changes WHERE position >= ? LIMIT \(RightsChanges.maximumUsers + 1)",
                [cursor.position]
            ) { User.ID($0.integer(0)) }
            return RightsChanges(
                users.count > RightsChanges.maximumUsers ? .everybody : .users(Set(users)),
                until: current
            )
        }
    }

    package func publicURL() async throws(AccountsError) -> String? {
        try await read { try $0.first("SELECT public_url FROM store", []) { $0.text(0) } ?? nil }
    }

    package func setPublicURL(_ url: String) async throws(AccountsError) {
        _ = try await write { try $0.execute("UPDATE store SET public_url = ?", [url]) }
    }

    package func firstUse(of key: SpentCredential) async throws(AccountsError) -> Int64? {
        try await read { connection in
            try connection.first(
                "SELECT first_used_at FROM spent_keys WHERE forget_at = ? AND identity = ?",
                [key.forgetAt, key.identity]
            ) { $0.integer(0) }
        }
    }
}
