internal import Accounts
internal import ArgumentParser
internal import Foundation
internal import ServerApp

/// `latchkey database`.
struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "database",
        abstract: "Move from one database to another.",
        subcommands: [Move.self]
    )

    struct Move: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Move everything from a SQLite file into an empty PostgreSQL database; the server must be stopped.",
            discussion: """
                What was moved is then compared by checksums, and the audit is verified. If a move is interrupted, start it \
                again and it goes on where it stopped; until it is done, no server accepts the database. The file is left \
                as it was: never start a server on it again, as LoginKeys that were used since would be valid there.

                Example:
                  latchkey database move --from latchkey.sqlite \\
                    --database 'postgresql://latchkey@db.example/latchkey?sslmode=verify-full'
                """
        )

        private struct Report: Encodable {
            struct Table: Encodable {
                let name: String
                let rows: Int
                let sha256: String
            }

            let database: String
            let wasResumed: Bool
            let tables: [Table]
            let auditRows: Int
            let auditIsUnbroken: Bool
            let seconds: Double

            init(_ report: DatabaseMove.Report, seconds: Double) {
                database = report.target
                wasResumed = report.wasResumed
                tables = report.tables.map { Table(name: $0.name, rows: $0.rows, sha256: $0.checksum) }
                auditRows = report.audit.rows
                auditIsUnbroken = report.audit.isSound
                self.seconds = seconds
            }
        }

        @Option(help: "The SQLite file.") var from: String
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let source = try await store.settings(adding: [.databasePath: from])
            let move = DatabaseMove(from: source, to: try await store.settings())
            let start = ContinuousClock.now
            let event = Administration.event("everything moved here from \(from)", in: nil)
            let report = try move.run(recording: event, progress: Self.show)
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            try output.print(Report(report, seconds: seconds), text: Self.text(report))
            if !report.audit.isSound { throw ExitCode(1) }
        }

        private static func show(_ progress: String) {
            FileHandle.standardError.write(Data("\(progress)\n".utf8))
        }

        private static func text(_ report: DatabaseMove.Report) -> String {
            let tables = report.tables.map { ($0.name, "\($0.rows) rows, the same in both, SHA-256 \($0.checksum)") }
            let audit =
                report.audit.flaw.map { "The audit was moved as it is. \($0)" } ?? "The audit's chain is unbroken."
            return """
                \(tables.lines)
                \(audit) \(report.wasResumed ? "The move was begun before, and is finished now" : "Everything is moved").
                Start no server on the file again.
                """
        }
    }
}
