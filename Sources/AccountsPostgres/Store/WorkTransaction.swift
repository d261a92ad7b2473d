internal import Accounts
internal import AccountsSQL
internal import LoginKey

/// The transaction that several changes share; each can be undone by itself.
final class WorkTransaction: SQLTransaction {
    private let session: PostgresSession
    private let writer: WriterState
    private var depth = 0

    init(_ writer: WriterState, on connection: PostgresConnection) {
        self.writer = writer
        session = PostgresSession(connection: connection)
    }

    var dialect: SQLDialect { .postgres }

    @discardableResult
    func execute(_ statement: SQLStatement, _ arguments: SQLArguments) throws -> Int {
        try session.execute(statement, arguments)
    }

    func fetch<Value>(_ statement: SQLStatement, _ arguments: SQLArguments, _ read: RowReader<Value>) throws -> [Value]
    {
        try session.fetch(statement, arguments, read)
    }

    func append(_ event: AuditEvent) throws {
        try execute(AuditTable.insert, writer.row(of: event))
    }

    /// Makes many changes: the rows are sent together, and then the audit.
    ///
    /// - Returns: What each was refused for; `nil` for those that were made.
    /// - Throws: ``SQLConstraintViolation`` or ``PostgresError`` if one of them has ended the transaction.
    func carryOut(_ changes: [RowChange]) throws -> [AccountsError?] {
        var outcomes = [AccountsError?](repeating: nil, count: changes.count)
        let rows = changes.enumerated().compactMap { index, change in change.row.map { (index: index, row: $0) } }
            .sorted { ($0.row.key, $0.index) < ($1.row.key, $1.index) }
        if !rows.isEmpty {
            let results = try session.connection.run(rows.map { .init($0.row.statement, $0.row.arguments) })
            guard results.count == rows.count else { throw PostgresError.lost("") }
            for (change, result) in zip(rows, results) where result.changeCount == 0 {
                outcomes[change.index] = .notFound(change.row.what)
            }
        }
        let events = zip(changes, outcomes).flatMap { change, refusal in refusal == nil ? change.events : [] }
        if let command = AuditTable.insert(try events.map(writer.row)) { _ = try session.connection.run([command]) }
        return outcomes
    }

    func writtenAudit(since last: Int64) throws -> String { try AuditDays.written(since: last, in: self) }

    func raiseRevision() throws {
        try execute("UPDATE store SET revision = revision + 1", [])
        writer.caches.forget()
    }

    func role(_ id: Role.ID, of partnerID: PartnerID) throws -> Role? {
        guard let role = try Rows.role(id.number, in: session), role.partnerID == partnerID else { return nil }
        return role
    }

    func isolated<Value>(_ body: () throws -> Value) throws -> Result<Value, AccountsError> {
        depth += 1
        defer { depth -= 1 }
        let (name, position) = ("s\(depth)", writer.position)
        try execute("SAVEPOINT \(name)", [])
        do {
            let value = try body()
            try execute("RELEASE SAVEPOINT \(name)", [])
            return .success(value)
        } catch let error as AccountsError {
            try undo(name, position)
            return .failure(error)
        } catch let violation as SQLConstraintViolation {
            try undo(name, position)
            return .failure(.alreadyExists(violation))
        }
    }

    private func undo(_ name: String, _ position: AuditPosition?) throws {
        try execute("ROLLBACK TO SAVEPOINT \(name)", [])
        writer.position = position
        writer.caches.forget()
    }
}

/// The table of the audit.
enum AuditTable {
    /// The columns behind the number, in the order of ``AuditPosition/append(_:)``.
    static let columns = "time, correlation_id, partner_id, actor, action, outcome, reason, source, detail, hash"
    /// Adds one row.
    static let insert: SQLStatement = "INSERT INTO audit (id, \(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

    /// Adds rows; `nil` if there are none.
    static func insert(_ rows: [SQLArguments]) -> PostgresConnection.Command? {
        guard !rows.isEmpty else { return nil }
        return .init(
            """
            INSERT INTO audit (id, \(columns))
            SELECT * FROM UNNEST(?::bigint[], ?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
            ?::text[], ?::text[], ?::text[], ?::bytea[])
            """,
            (0..<11).map { column in PostgresText.array(rows.map { $0[column] }) }
        )
    }
}
