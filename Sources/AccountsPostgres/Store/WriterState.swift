internal import Accounts
internal import AccountsSQL
internal import Glibc
internal import LoginKey
internal import SystemSupport

/// What the thread of a ``BatchWriter`` works with: its connection, its audit chain and its caches.
// Used by the writer's thread alone; `BatchWriter` sees to that.
final class WriterState: @unchecked Sendable {
    /// How long a batch waits for a server that takes writes, in milliseconds: a replica takes over in less.
    private static let patience: Int64 = 6000

    private let connector: PostgresConnector
    private var isDown = false
    private var current: PostgresConnection?
    private var identity: BackendIdentity?
    /// Where the own chain stands, with the rows of the transaction that is under way.
    var position: AuditPosition?
    /// Where it stood when something was committed last.
    private var committed: AuditPosition?
    var caches: AccountCaches
    /// The rows of users whom a batch has found last.
    var sampleUsers: PostgresResult?
    /// The store's own clock, since the first chain was begun.
    private(set) var clock: StoreClock?
    /// When it is time to forget again, by that clock.
    var nextPurge: Int64 = 0

    init(connector: PostgresConnector, vault: SecretVault) {
        self.connector = connector
        caches = AccountCaches(vault: vault)
    }

    /// The connection; a new one if the last is broken.
    ///
    /// It has a new chain then, so that what was sent over the old one and may still be carried out stands in nobody's way.
    func connection() throws -> PostgresConnection {
        if let openConnection { return openConnection }
        current = nil
        position = nil
        caches.forget()
        let connection = try connect()
        identity = try BackendIdentity(of: connection)
        current = connection
        return connection
    }

    /// The connection, if there is one that works.
    var openConnection: PostgresConnection? {
        current.flatMap { $0.isBroken ? nil : $0 }
    }

    /// Connects.
    ///
    /// Whoever finds the servers gone first waits for one; until one is there, the others do not.
    private func connect() throws(PostgresError) -> PostgresConnection {
        let deadline = Uptime.milliseconds + Self.patience
        while true {
            do {
                let connection = try connector.connect()
                isDown = false
                return connection
            } catch {
                guard !isDown, Uptime.milliseconds < deadline else {
                    isDown = true
                    throw error
                }
                usleep(50_000)
            }
        }
    }

    /// Lets go of the connection.
    func disconnect() {
        current = nil
    }

    /// What the row of an event holds, in the own chain.
    func row(of event: AuditEvent) throws -> SQLArguments {
        guard var position else { throw PostgresError.lost("") }
        var event = event
        event.actor = event.actor.filter { $0 != "\0" }
        event.detail = event.detail.filter { $0 != "\0" }
        defer { self.position = position }
        return position.append(event)
    }

    /// Undoes what the transaction has done so far.
    func giveUp() {
        caches.forget()
        guard let openConnection else { return }
        _ = try? openConnection.run("ROLLBACK")
        position = committed
    }

    /// Begins the own chain, if it is not begun yet.
    ///
    /// Nothing else may be under way on the connection.
    func beginChain() throws {
        guard position == nil else { return }
        let result = try connection().run("INSERT INTO audit_chains DEFAULT VALUES RETURNING chain")
        guard let number = result.map({ $0.integer(0) }).first else { throw PostgresError.lost("") }
        position = AuditPosition(chain: number)
        committed = position
        guard clock == nil else { return }
        let stands = try connection().run("SELECT seconds FROM store_clock").map { $0.integer(0) }.first
        clock = stands.map { StoreClock(from: $0) { Uptime.milliseconds } }
    }

    /// Runs the statements of a transaction before its commit: what is lost with the connection was not done.
    func run(
        _ commands: [PostgresConnection.Command],
        on connection: PostgresConnection
    ) throws -> [PostgresResult] {
        do {
            return try connection.run(commands)
        } catch let error as PostgresError where error.isOfConnection {
            throw PostgresError.rolledBack
        }
    }

    /// Ends the transaction.
    ///
    /// When the answer to a commit was lost, the audit is the receipt: what is in it was committed.
    ///
    /// - Parameters:
    ///   - commands: What is still to be done in it.
    ///   - connection: Whose transaction.
    /// - Throws: ``PostgresError/rolledBack`` if nothing of it was done; another ``PostgresError`` if nobody knows.
    func commit(_ commands: [PostgresConnection.Command] = [], on connection: PostgresConnection) throws {
        let last = position
        do {
            _ = connection.takeWarning()
            _ = try connection.run(commands + [.init("COMMIT")])
            guard !connection.takeWarning() else { throw PostgresError.lost("no standby has confirmed the commit") }
            committed = position
        } catch let error as PostgresError where error.isOfConnection {
            guard let last else { throw error }
            guard try wasCommitted(last) else { throw PostgresError.rolledBack }
        }
    }

    /// Whether a row of the own chain was committed, although nobody said so.
    private func wasCommitted(_ last: AuditPosition) throws -> Bool {
        let lost = identity
        disconnect()
        let connection = try connection()
        try lost?.end(over: connection)
        // Its commit comes behind whatever the old connection has left behind, on a standby too.
        try beginChain()
        let found = try connection.run(
            "SELECT 1 FROM audit WHERE id = ? AND hash = ? AND time = ?",
            [last.id, last.chain.head, last.time]
        )
        return found.rowCount == 1
    }
}

/// Names one process of one start of a server: process numbers come again.
struct BackendIdentity {
    private let id: Int64
    private let start: String

    init?(of connection: PostgresConnection) throws {
        let rows = try connection.run(
            "SELECT pid, backend_start::text FROM pg_stat_activity WHERE pid = pg_backend_pid()"
        )
        guard let (id, start) = rows.map({ ($0.integer(0), $0.string(1)) }).first else { return nil }
        (self.id, self.start) = (id, start)
    }

    /// Makes sure that the process is gone: it could still commit something.
    func end(over connection: PostgresConnection) throws {
        let condition = "FROM pg_stat_activity WHERE pid = ? AND backend_start::text = ?"
        _ = try connection.run("SELECT pg_terminate_backend(pid, 5000) \(condition)", [id, start])
        guard try connection.run("SELECT 1 \(condition)", [id, start]).rowCount == 0 else {
            throw PostgresError.timedOut
        }
    }
}
