internal import Accounts
internal import ArgumentParser
internal import Foundation
internal import LoginKey
internal import ServerApp

/// `latchkey audit`.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "See who signed in, and why somebody could not.",
        subcommands: [List.self, Export.self, Verify.self],
        defaultSubcommand: List.self
    )

    private struct Row: Encodable {
        let time: String
        let correlationID: String
        let partnerID: String
        let actor: String
        let action: String
        let outcome: String
        let reason: String
        let source: String
        let detail: String

        init(_ event: AuditEvent) {
            time = Timestamp.text(event.time / 1000)
            correlationID = event.correlationID.text
            partnerID = event.partnerID?.text ?? ""
            actor = event.actor
            action = event.action.rawValue
            outcome = event.outcome.rawValue
            reason = event.reason
            source = event.source
            detail = event.detail
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the newest events, oldest first.",
            discussion: """
                An error page and every refused answer show a correlation id; with it, all steps of that click are \
                listed with their reasons.

                Examples:
                  latchkey audit list --correlation 4c0f…
                  latchkey audit list --group 12345 --refused
                """
        )

        @Option(help: "Only the events of one click.") var correlation: String?
        @Option(help: "Only one group.") var group: PartnerID?
        @Option(help: "Only one PartnerUserId or user name.") var actor: String?
        @Flag(help: "Only refusals.") var refused = false
        @Option(help: "How many: 1 to 10,000.") var limit = 100
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard (1...10_000).contains(limit) else {
                throw CommandFailure("--limit is \(limit); it has to be 1 to 10,000")
            }
            let correlationID = try correlation.map { text in
                guard let id = CorrelationID(text) else {
                    throw CommandFailure("a correlation id is 32 lower-case hexadecimal digits")
                }
                return id
            }
            let filter = AuditFilter(
                correlationID: correlationID,
                partnerID: group,
                actor: actor,
                outcome: refused ? .refused : nil,
                limit: limit
            )
            try output.print(
                try await store.open().auditEvents(filter).map(Row.init),
                columns: [
                    ("TIME", { $0.time }), ("GROUP", { $0.partnerID }), ("WHO", { $0.actor }),
                    ("ACTION", { $0.action }), ("OUTCOME", { $0.outcome }), ("REASON", { $0.reason }),
                    ("SOURCE", { $0.source }), ("DETAIL", { $0.detail }), ("CORRELATION", { $0.correlationID }),
                ],
                empty: "There are no such events."
            )
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write all events to standard output, oldest first, one JSON object a line.",
            discussion: """
                Each line has the number of its row and its hash. To go on later, begin after the last number.

                Examples:
                  latchkey audit export > audit.jsonl
                  latchkey audit export --after 120000 --group 12345 >> acme.jsonl
                """
        )

        private struct Line: Encodable {
            let row: Int64
            let milliseconds: Int64
            let event: Row
            let hash: String
        }

        @Option(help: "Only the events after the row of this number.") var after: Int64 = 0
        @Option(help: "Only one group.") var group: PartnerID?
        @OptionGroup var store: StoreOptions

        func run() async throws {
            let store = try await store.open()
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            var last = after
            while case let rows = try await store.auditRows(after: last, limit: 1000), let newest = rows.last {
                last = newest.id
                var text = Data()
                for row in rows where group == nil || row.event.partnerID == group {
                    let hash = String(decoding: Base64URL.encode(row.hash.span), as: UTF8.self)
                    let line = Line(row: row.id, milliseconds: row.event.time, event: Row(row.event), hash: hash)
                    text += try encoder.encode(line) + Data("\n".utf8)
                }
                try FileHandle.standardOutput.write(contentsOf: text)
            }
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check that no audit row was changed, removed or inserted.",
            discussion: """
                Each row is hashed together with the one before it. That the newest rows are gone shows only if an \
                earlier newest hash is not found any more: note what this prints elsewhere, and provide it later.

                Examples:
                  latchkey audit verify
                  latchkey audit verify --noted n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg
                """
        )

        private struct Report: Encodable {
            let rows: Int
            let firstBroken: Int64?
            let newest: String
            let isUnbroken: Bool
        }

        // A hash may begin with a hyphen.
        @Option(parsing: .unconditional, help: "The newest hash of an earlier check: 43 characters.")
        var noted: String?
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
            let isMissing = noted != nil && !found.hasNoted
            let newest = found.newest.map { String(decoding: Base64URL.encode($0.span), as: UTF8.self) } ?? ""
            let text =
                if let row = found.firstBroken {
                    "Row \(row) does not fit to the one before it."
                } else if isMissing {
                    "\(found.rows) rows fit, but none has the noted hash: rows were removed behind it, or all are new."
                } else {
                    "\(found.rows) rows, unbroken. The newest has the hash \(newest)"
                }
            let isUnbroken = found.firstBroken == nil && !isMissing
            try output.print(
                Report(rows: found.rows, firstBroken: found.firstBroken, newest: newest, isUnbroken: isUnbroken),
                text: text
            )
            if !isUnbroken { throw ExitCode(1) }
        }
    }
}
