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
                Each row is hashed together with the one before it. That the newest rows are gone shows only if an \
                earlier newest hash is not found any more: note what this prints elsewhere, and provide it later. \
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
            let isUnbroken: Bool
        }

        // A hash may begin with a hyphen.
        @Option(parsing: .unconditional, help: "The newest hash of an earlier check: 43 characters.")
        var noted: String?
        @Option(help: "A file of `latchkey audit archive`; may be repeated.") var archive: [String] = []
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let noted = try noted.map { text in
                guard let hash = Base64URL.decode(Array(text.utf8)[...]), hash.count == 32 else {
                    throw CommandFailure("--noted is 43 characters that an earlier check has printed")
                }
                return hash
            }
            let found = try await store.open().verifyAudit(lookingFor: noted)
            let archives = try AuditArchives.verify(archive, joining: found.archived, lookingFor: noted)
            let isMissing = noted != nil && !found.hasNoted && !archives.found.hasNoted
            let newest = found.newest.map { String(decoding: Base64URL.encode($0.span), as: UTF8.self) } ?? ""
            let firstBroken = archives.found.firstBroken ?? found.firstBroken
            let isUnbroken = firstBroken == nil && !isMissing && archives.isJoined
            let text =
                if let firstBroken {
                    "Row \(firstBroken) does not fit to the one before it."
                } else if !archives.isJoined {
                    "The archives do not reach to where the store begins: one is missing, or was cut off."
                } else if isMissing {
                    "\(found.rows) rows fit, but none has the noted hash: rows were removed behind it, or all are new."
                } else {
                    "\(found.rows) rows\(archives.text), unbroken. The newest has the hash \(newest)"
                }
            try output.print(
                Report(
                    rows: found.rows,
                    archivedRows: archives.found.rows,
                    firstBroken: firstBroken,
                    newest: newest,
                    isUnbroken: isUnbroken
                ),
                text: text
            )
            if !isUnbroken { throw ExitCode(1) }
        }
    }
}
