package import Accounts
package import AccountsSQL
internal import LoginKey

/// The store for several machines: a PostgreSQL database that all of them share.
///
/// A change is answered once its commit is confirmed, by the standby too where the database waits for one
/// (`synchronous_standby_names`).
package final class PostgresAccountStore: SQLAccountStore {
    package let vault: SecretVault
    package let snapshots: SnapshotReader
    /// Decisions, changes of single rows and changes of accounts do not wait for each other: an import holds up nobody who
    /// signs in, and no session.
    private let decisions: BatchWriter
    private let rows: BatchWriter
    private let accounts: BatchWriter
    private let readers: ReaderPool
    let connector: PostgresConnector

    /// Connects, makes the tables if they are not there, and brings them up to date.
    ///
    /// - Parameters:
    ///   - address: Where the database is.
    ///   - masterKey: Under which secrets in the database are encrypted; the same on all nodes.
    ///   - mayUpdate: Whether tables may be made, and changed.
    ///   - acceptsOtherVersions: Whether tables of other versions are left as they are and used: for ``SessionServerStore`` alone.
    ///   - timeout: How long to wait for an answer, in milliseconds.
    /// - Throws: ``AccountsError/Code/storeUnavailable``; ``AccountsError/Code/schemaMismatch`` for tables of a newer
    ///   version, and missing or older ones that may not be changed; ``AccountsError/Code/unreadableSecret`` if the
    ///   master key is another one than that of the nodes before.
    package init(
        address: PostgresAddress,
        masterKey: MasterKey,
        mayUpdate: Bool = true,
        acceptsOtherVersions: Bool = false,
        timeout: Int64 = 10_000
    ) throws(AccountsError) {
        connector = PostgresConnector(address: address, timeout: timeout)
        vault = SecretVault(masterKey: masterKey)
        snapshots = SnapshotReader(vault: vault)
        decisions = BatchWriter(connector: connector, vault: vault)
        rows = BatchWriter(connector: connector, vault: vault)
        accounts = BatchWriter(connector: connector.patient, vault: vault)
        readers = ReaderPool(connector: connector)
        try AccountsError.translating {
            try Schema.bringUpToDate(connector, mayUpdate: mayUpdate, acceptsOthers: acceptsOtherVersions)
            try checkMasterKey(connector.connect())
        }
    }

    /// Whether there are no tables of Latchkey in the database yet.
    package static func isEmpty(_ address: PostgresAddress) throws(AccountsError) -> Bool {
        do {
            return try Schema.currentVersion(PostgresConnector(address: address).connect()) == 0
        } catch {
            throw .unavailable(error)
        }
    }

    /// The first node says which master key the database belongs to; the others must have the same.
    private func checkMasterKey(_ connection: PostgresConnection) throws {
        _ = try connection.run("UPDATE store SET key_check = ? WHERE key_check IS NULL", [vault.masterKeyCheck])
        let known = try connection.run("SELECT key_check FROM store").map { $0.bytes(0) }
        try vault.require(known.first.flatMap(\.self) ?? [])
    }

    package func perform(_ transaction: any AuthenticationTransaction) {
        decisions.enqueue(transaction)
    }

    package func checkReadiness() async throws(AccountsError) {
        let isReplica = try await write(.rows) { transaction in
            try transaction.exists("SELECT 1 WHERE pg_is_in_recovery()", [])
        }
        if isReplica { throw .unavailable(PostgresError(state: "25006", message: "the server takes no writes")) }
    }

    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws(AccountsError) -> Value {
        try await readers.read(body)
    }

    package func write<Value: Sendable>(
        _ scope: WriteScope,
        _ body: @escaping @Sendable (any SQLTransaction) throws -> Value
    ) async throws(AccountsError) -> Value {
        try await (scope == .accounts ? accounts : rows).submit(scope, body)
    }

    package func write(_ change: RowChange) async throws(AccountsError) {
        try await rows.submit(change)
    }

    package func close() throws(AccountsError) {
        for writer in [decisions, rows, accounts] { writer.finish() }
        readers.finish()
    }
}
