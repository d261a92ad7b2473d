package import Accounts
package import AccountsSQL
internal import LoginKey

/// An empty PostgreSQL database that is filled with the rows of another.
///
/// Until ``finish(recording:)`` a mark is in it: nobody takes it for a store, and a move that was broken off goes on
/// where it stopped. A batch is there as a whole or not at all, and batches come in order; so the number of a table's
/// rows says how far it has come.
package final class PostgresTarget {
    private let connection: PostgresConnection
    private let vault: SecretVault
    /// Whether a move into it was begun before.
    package let isResumed: Bool

    /// How long to wait for an answer, in milliseconds: checking 1,000,000 rows takes its time.
    private static let timeout: Int64 = 600_000

    /// Connects, and makes the tables if the database is empty.
    ///
    /// - Parameters:
    ///   - address: Where it is.
    ///   - masterKey: Under which secrets in the rows are encrypted.
    ///   - source: Tells the content that is moved from any other.
    ///   - revision: The source's.
    /// - Throws: ``AccountsError/Code/alreadyExists`` if something else is in it, or a part of another source;
    ///   ``AccountsError/Code/inUse`` if another move into it is under way; ``AccountsError/Code/schemaMismatch``;
    ///   ``AccountsError/Code/storeUnavailable``.
    package init(
        address: PostgresAddress,
        masterKey: MasterKey,
        source: [UInt8],
        revision: Int64
    ) throws(AccountsError) {
        vault = SecretVault(masterKey: masterKey)
        do {
            connection = try PostgresConnector(address: address, timeout: Self.timeout).connect()
            isResumed = try MoveMark(connection).set(for: source)
            try Schema.makeTables(connection)
            _ = try connection.run(
                "UPDATE store SET key_check = ?, revision = ?",
                [vault.masterKeyCheck, revision + 1]
            )
        } catch {
            throw AccountsError(translating: error)
        }
    }

    /// How many rows a table has.
    package func count(of table: MovedTable) throws(AccountsError) -> Int {
        try AccountsError.translating {
            try connection.run(.once("SELECT count(*) FROM \(table.name)")).map { Int($0.integer(0)) }.first ?? 0
        }
    }

    /// Adds rows to a table, all or none.
    ///
    /// - Throws: ``AccountsError/Code/schemaMismatch`` if the table has not these columns, and
    ///   ``AccountsError/Code/storeUnavailable``.
    package func insert(_ rows: [MovedRow], into table: MovedTable) throws(AccountsError) {
        try AccountsError.translating {
            let types = try columnTypes(of: table)
            let arrays = types.map { "?::\($0.array)" }.joined(separator: ", ")
            let statement: SQLStatement = """
                INSERT INTO \(table.name) (\(table.columns.joined(separator: ", "))) OVERRIDING SYSTEM VALUE
                SELECT * FROM UNNEST(\(arrays))
                """
            let arguments = table.columns.indices.map { column in PostgresText.array(rows.map { $0[column] }) }
            _ = try connection.run(statement, arguments)
        }
    }

    /// Goes through all rows of a table.
    package func checksum(of table: MovedTable) throws(AccountsError) -> TableChecksum {
        try AccountsError.translating {
            let types = try columnTypes(of: table)
            var checksum = TableChecksum()
            _ = try connection.run([.init("BEGIN"), .init(.once("DECLARE moved CURSOR FOR \(table.query)"))])
            while case let rows = try connection.run("FETCH 4000 FROM moved"), rows.rowCount > 0 {
                _ = rows.map { row in checksum.add(types.indices.map { types[$0].value(row, $0) }) }
            }
            _ = try connection.run("COMMIT")
            return checksum
        }
    }

    /// Checks the audit's chains.
    package func verifyAudit() throws(AccountsError) -> AuditVerification {
        try AccountsError.translating {
            try Rows.verifyAudit(by: vault.auditSigner, lookingFor: nil, in: PostgresSession(connection: connection))
        }
    }

    /// Makes a store of it, in one transaction: numbers go on behind the highest, and the mark is taken away.
    ///
    /// - Parameters:
    ///   - tables: All that were moved.
    ///   - event: What is written into the audit, in a chain of its own.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func finish(_ tables: [MovedTable], recording event: AuditEvent) throws(AccountsError) {
        try AccountsError.translating {
            let chain = try connection.run("INSERT INTO audit_chains DEFAULT VALUES RETURNING chain")
            guard let number = chain.map({ $0.integer(0) }).first else { throw PostgresError.lost("") }
            var position = AuditPosition(chain: number)
            _ = connection.takeWarning()
            _ = try connection.run(
                [.init("BEGIN")] + tables.filter { $0.lastNumber > 0 }.map(Self.numbering)
                    + [.init(AuditTable.insert, position.append(event)), MoveMark.removal, .init("COMMIT")]
            )
            guard !connection.takeWarning() else { throw PostgresError.lost("no standby has confirmed the commit") }
            // Without it the first queries are planned for empty tables.
            _ = try connection.run(.once("ANALYZE"))
        }
    }

    private static func numbering(_ table: MovedTable) -> PostgresConnection.Command {
        .init(.once("SELECT setval(pg_get_serial_sequence('\(table.name)', 'id'), ?)"), [table.lastNumber])
    }

    // MARK: Columns

    private var knownTypes: [String: [MovedColumn]] = [:]

    private func columnTypes(of table: MovedTable) throws -> [MovedColumn] {
        if let known = knownTypes[table.name] { return known }
        let found =
            try connection.run(
                """
                SELECT column_name, data_type FROM information_schema.columns
                WHERE table_name = ? AND table_schema = ANY (current_schemas(false))
                """,
                [table.name]
            )
            .map { ($0.string(0), MovedColumn(rawValue: $0.string(1))) }
        let types = Dictionary(found) { first, _ in first }
        let columns = try table.columns.map { column in
            guard let type = types[column] ?? nil else {
                throw AccountsError(
                    code: .schemaMismatch,
                    message: "has no column \(column) in the table \(table.name)"
                )
            }
            return type
        }
        knownTypes[table.name] = columns
        return columns
    }
}
