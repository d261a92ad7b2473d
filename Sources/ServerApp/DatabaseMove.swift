package import Accounts
internal import AccountsPostgres
internal import AccountsSQL
internal import AccountsSQLite

/// Moves everything from a SQLite file into an empty PostgreSQL database, and checks that all of it is there.
///
/// The file is only read. An interrupted move goes on where it stopped.
package struct DatabaseMove {
    /// What was moved.
    package struct Report: Sendable {
        /// One table.
        package struct Table: Sendable {
            /// Its name.
            package let name: String
            /// How many rows it has.
            package let rows: Int
            /// The checksum over them, which is the same in both databases.
            package let checksum: String
        }

        /// The address of the new database.
        package let target: String
        /// The tables, in the order in which they were moved.
        package var tables: [Table] = []
        /// Whether this finished an earlier, interrupted move.
        package let wasResumed: Bool
        /// What the check of the moved audit has found.
        package var audit = AuditVerification()
    }

    private let source: Settings
    private let target: Settings

    /// Names both databases.
    ///
    /// - Parameters:
    ///   - source: Settings with the file.
    ///   - target: Settings with the new database.
    package init(from source: Settings, to target: Settings) {
        self.source = source
        self.target = target
    }

    /// Moves.
    ///
    /// - Parameters:
    ///   - event: What is written into the audit of the new database in the end.
    ///   - progress: Is told what is being done, in words.
    /// - Returns: What was moved.
    /// - Throws: ``CommandFailure``.
    package func run(recording event: AuditEvent, progress: (String) -> Void) throws -> Report {
        guard case .server(let address) = try target.database() else {
            throw CommandFailure("--database must be the address of a PostgreSQL database, postgresql://…")
        }
        let file = try openSource()
        return try Settings.explaining(address.description) {
            let database = try PostgresTarget(
                address: address,
                masterKey: source.masterKey(),
                source: file.identity,
                revision: file.revision
            )
            var report = Report(target: address.description, wasResumed: database.isResumed)
            for table in file.tables { try move(table, file, database, progress) }
            for table in file.tables { report.tables.append(try compare(table, file, database, progress)) }
            progress("checking the audit")
            report.audit = try database.verifyAudit()
            try database.finish(file.tables, recording: event)
            try file.close()
            return report
        }
    }

    /// Opens the file first as any command does, which checks it and its master key, and then only for the move.
    private func openSource() throws -> SQLiteSource {
        guard case .file(let path) = try source.database() else {
            throw CommandFailure("--from must be an SQLite file")
        }
        try source.openSQLiteStore(.existing).close()
        do {
            return try SQLiteSource(path: path)
        } catch  where error.code == .inUse {
            throw CommandFailure("a server, or another program, has \(path) open: stop it first")
        } catch {
            throw CommandFailure("\(path) cannot be read: \(error)")
        }
    }

    private func move(
        _ table: MovedTable,
        _ file: SQLiteSource,
        _ database: PostgresTarget,
        _ progress: (String) -> Void
    ) throws {
        let total = try file.count(of: table)
        var done = try database.count(of: table)
        guard done < total else { return }
        try file.read(table, leavingOut: done) { rows in
            try database.insert(rows, into: table)
            done += rows.count
            progress("\(table.name): \(done) of \(total) rows")
        }
    }

    private func compare(
        _ table: MovedTable,
        _ file: SQLiteSource,
        _ database: PostgresTarget,
        _ progress: (String) -> Void
    ) throws -> Report.Table {
        progress("comparing \(table.name)")
        var expected = TableChecksum()
        try file.read(table) { for row in $0 { expected.add(row) } }
        let found = try database.checksum(of: table)
        guard found.rows == expected.rows, found.text == expected.text else {
            throw CommandFailure(
                "the table \(table.name) is not the same in both: \(expected.rows) rows in the file, \(found.rows) in the "
                    + "database; drop the database and begin again with an empty one"
            )
        }
        return Report.Table(name: table.name, rows: found.rows, checksum: found.text)
    }
}
