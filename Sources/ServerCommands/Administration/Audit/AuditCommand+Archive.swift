internal import Accounts
internal import ArgumentParser
internal import ServerApp
internal import WireCodec

extension AuditCommand {
    struct Archive: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Move old events from the store into a file, one JSON object a line, as `audit export` writes them.",
            discussion: """
                The hashes stay: `latchkey audit verify --archive FILE` checks the file, what remains, and that one begins \
                where the other ends. If it was interrupted, run the same command again. An existing file is continued. \
                The newest event stays in the store.

                Example:
                  latchkey audit archive --before 2026-01-01 --to audit-2025.jsonl
                """
        )

        @Option(help: "Events before this day in UTC, such as 2026-01-01; not after today.", transform: Day.init(text:))
        var before: Day
        @Option(help: "The file.") var to: String
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard before.milliseconds <= TimeSource.system.milliseconds else {
                throw CommandFailure("--before is a day in the future")
            }
            let archiving = AuditArchiving(
                store: try await store.open(),
                file: try AuditArchiveFile(to),
                before: before.milliseconds
            )
            let (removed, written) = try await archiving.run { count in
                Administration.event("audit before \(before.text) archived: \(count) events", in: nil)
            }
            try output.print(
                ["removed": removed, "written": written],
                text: "\(removed) events before \(before.text) are in \(to), and no longer in the store."
            )
        }
    }

    /// A day in UTC.
    struct Day: Sendable {
        let text: String
        /// Its beginning, in Unix milliseconds.
        let milliseconds: Int64

        init(text: String) throws {
            guard let beginning = ISOTime(text + "T00:00:00Z") else {
                throw ValidationError("a day is written as 2026-01-01")
            }
            self.text = text
            milliseconds = beginning.seconds * 1000
        }
    }
}
