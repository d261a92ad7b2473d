internal import Accounts
internal import ArgumentParser
internal import Foundation
internal import LoginKey
internal import ServerApp

extension AuditCommand {
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check that no audit row was changed, removed or inserted.",
            discussion: """
                Each row is hashed together with the one before it, and every ten seconds a server signs how far the audit \
                goes: rows after that checkpoint can be cut off unnoticed. If the newest checkpoints are removed too, this \
                shows only because an earlier hash is missing: note elsewhere what this prints, or what the server's log \
                says, and provide it later. \
                Rows that were archived are checked with --archive; name all archives, the oldest first.

                Examples:
                  latchkey audit verify
                  latchkey audit verify --noted n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg
                  latchkey audit verify --archive audit-2024.jsonl --archive audit-2025.jsonl
                """
        )

        private struct Report: Encodable {
            let rows: Int
            let archivedRows: Int
            let firstBroken: Int64?
            let newest: String
            let checkpoints: Int
            let firstBrokenCheckpoint: Int64?
            let missingRow: Int64?
            let newestCheckpoint: String
            let uncovered: Int
            let isUnbroken: Bool

            init(_ found: AuditVerification, _ archives: AuditArchives, isMissing: Bool) {
                rows = found.rows
                archivedRows = archives.found.rows
                firstBroken = archives.found.firstBroken ?? found.firstBroken
                newest = Verify.text(found.newest)
                checkpoints = found.checkpoints
                firstBrokenCheckpoint = found.firstBrokenCheckpoint
                missingRow = found.missing?.id
                newestCheckpoint = Verify.text(found.newestCheckpoint?.hash)
                uncovered = found.uncovered
                isUnbroken = firstBroken == nil && found.isSound && !isMissing && archives.isJoined
            }
        }

        // A hash may begin with a hyphen.
        @Option(parsing: .unconditional, help: "A hash of a row or checkpoint that was noted earlier: 43 characters.")
        var noted: String?
        @Option(help: "A file of `latchkey audit archive`; may be repeated.") var archive: [String] = []
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let noted = try notedHash()
            let found = try await store.open().verifyAudit(lookingFor: noted)
            let archives = try AuditArchives.verify(archive, joining: found.archived, lookingFor: noted)
            let isMissing = noted != nil && !found.hasNoted && !archives.found.hasNoted
            let report = Report(found, archives, isMissing: isMissing)
            try output.print(report, text: Self.text(found, archives, isMissing: isMissing))
            if !report.isUnbroken { throw ExitCode(1) }
        }

        private func notedHash() throws -> [UInt8]? {
            guard let noted else { return nil }
            guard let hash = Base64URL.decode(Array(noted.utf8)[...]), hash.count == 32 else {
                throw CommandFailure("--noted is 43 characters that an earlier check has printed")
            }
            return hash
        }

        private static func text(_ found: AuditVerification, _ archives: AuditArchives, isMissing: Bool) -> String {
            if let flaw = archives.found.flaw ?? found.flaw { return flaw }
            guard archives.isJoined else {
                return "The archives do not reach to where the store begins: one is missing, or was cut off."
            }
            guard !isMissing else {
                return
                    "\(found.rows) rows match, but none has the noted hash: rows after it were removed, or all are new."
            }
            return "\(found.rows) rows\(archives.text), unbroken. The newest has the hash \(text(found.newest))"
                + text(found.newestCheckpoint, uncovered: found.uncovered)
        }

        private static func text(_ hash: [UInt8]?) -> String {
            hash.map { Base64URL.text(of: $0.span) } ?? ""
        }

        private static func text(_ checkpoint: AuditCheckpoint?, uncovered: Int) -> String {
            guard let checkpoint else { return "\nThere is no checkpoint yet" }
            return "\nCheckpoint \(checkpoint.number), the newest, has the hash \(text(checkpoint.hash)); "
                + "\(uncovered) rows are after it"
        }
    }
}
