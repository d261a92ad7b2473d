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
        subcommands: [List.self, Export.self, Archive.self, Verify.self],
        defaultSubcommand: List.self
    )

    /// An event, as it is printed and exported.
    struct Row: Codable {
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

        @Option(help: "Only the events after the row of this number.") var after: Int64 = 0
        @Option(help: "Only one group.") var group: PartnerID?
        @OptionGroup var store: StoreOptions

        func run() async throws {
            let store = try await store.open()
            var last = after
            while case let rows = try await store.auditRows(after: last, limit: 1000), let newest = rows.last {
                last = newest.id
                let wanted = rows.filter { group == nil || $0.event.partnerID == group }
                try FileHandle.standardOutput.write(contentsOf: try AuditLine.bytes(of: wanted))
            }
        }
    }
}
