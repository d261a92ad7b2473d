internal import Accounts
internal import ArgumentParser
internal import LoginKey
internal import ServerApp

/// `latchkey apikey`.
struct APIKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apikey",
        abstract: "Make, list, retire and revoke the API keys of a group.",
        discussion: """
            Several keys may be valid at once, so a rotation locks nobody out: create a new key, put it into the CRM, \
            watch with `list` when the old one was last used, then retire it.
            """,
        subcommands: [Create.self, List.self, Retire.self, Revoke.self]
    )

    fileprivate struct Row: Encodable {
        let id: Int64
        let state: String
        let label: String
        let isWeak: Bool
        let createdAt: Int64
        let lastUsedAt: Int64?
        let endsAt: Int64?

        init(_ record: APIKeyRecord) {
            id = record.id.number
            state = record.state(at: TimeSource.system.seconds).rawValue
            label = record.label
            isWeak = record.isWeak
            createdAt = record.createdAt
            lastUsedAt = record.lastUsedAt
            endsAt = record.endsAt
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an API key, or take over an existing one. A new key is shown once.",
            discussion: """
                To take over the key of an existing integration, provide it by standard input, a file, or the
                variable LATCHKEY_IMPORT_API_KEY; never as an argument.

                Examples:
                  latchkey apikey create --group 12345 --label "Salesforce 2026"
                  latchkey apikey create --group 12345 --import - < old-key.txt
                """
        )

        private struct Created: Encodable {
            let id: Int64
            let apiKey: String?
            let isWeak: Bool
        }

        @Option(help: "The PartnerId.") var group: PartnerID
        @Option(help: "What to call the key.") var label = ""
        @Option(name: .customLong("import"), help: "File with an existing key, or - for standard input.")
        var importFile: String?
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try Provisioning.check(label, field: "label", limit: 100)
            let imported = try SecretInput.read(file: importFile, variable: "LATCHKEY_IMPORT_API_KEY")
            var generator = SystemRandomNumberGenerator()
            let apiKey = try imported.map(APIKey.init(text:)) ?? APIKey.generate(using: &generator)
            let record = try await store.open()
                .addAPIKey(
                    apiKey,
                    label: label,
                    to: group,
                    at: TimeSource.system.seconds,
                    recording: Administration.event("API key created", in: group)
                )
            let shown = imported == nil ? apiKey.withSecretBytes { String(decoding: $0, as: UTF8.self) } : nil
            try output.print(
                Created(id: record.id.number, apiKey: shown, isWeak: record.isWeak),
                text: text(record, shown)
            )
        }

        private func text(_ record: APIKeyRecord, _ shown: String?) -> String {
            var lines = ["Created API key \(record.id) of group \(group)."]
            if let shown {
                lines += ["", "  \(shown)", "", "It is shown this once. Put it into the CRM's protected settings."]
            }
            if record.isWeak {
                lines.append("Warning: it has fewer than 128 bits. Replace it by a generated one when you can.")
            }
            return lines.joined(separator: "\n")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List a group's API keys and when each was last used.",
            discussion: "Example:\n  latchkey apikey list --group 12345"
        )

        @Option(help: "The PartnerId.") var group: PartnerID
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let store = try await store.open()
            _ = try await store.requireGroup(group)
            try output.print(
                try await store.apiKeys(of: group).map(Row.init),
                columns: [
                    ("ID", { "\($0.id)" }), ("STATE", { $0.state }), ("LABEL", { $0.label }),
                    ("WEAK", { $0.isWeak ? "yes" : "no" }), ("CREATED", { Timestamp.text($0.createdAt) }),
                    ("LAST USED", { $0.lastUsedAt.map(Timestamp.text) ?? "never" }),
                    ("ENDS", { $0.endsAt.map(Timestamp.text) ?? "" }),
                ],
                empty: "Group \(group) has no API key. Make one: latchkey apikey create --group \(group)"
            )
        }
    }

    struct Retire: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let an API key end after some time.",
            discussion: "Example:\n  latchkey apikey retire 1 --group 12345 --after-hours 48"
        )

        @Argument(help: "The key's id.") var id: Int64
        @Option(help: "The PartnerId.") var group: PartnerID
        @Option(help: "Hours from now until the key ends; 0 for now.") var afterHours = 24
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard (0...24 * 366).contains(afterHours) else { throw CommandFailure("--after-hours is 0 to 8784") }
            let end = TimeSource.system.seconds + Int64(afterHours) * 3600
            let store = try await store.open()
            try await store.endAPIKey(
                APIKeyRecord.ID(id),
                of: group,
                at: end,
                isRevoked: false,
                recording: Administration.event("API key \(id) retires in \(afterHours) hours", in: group)
            )
            try await APIKeyCommand.print(
                id,
                of: group,
                in: store,
                output,
                "API key \(id) ends at \(Timestamp.text(end))."
            )
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End an API key at once, because it has leaked.",
            discussion: """
                LoginKeys made with it are refused from the next request on, and so is everything that was got with \
                one: tokens, cookies and tickets. Live sessions are closed within seconds. Agents sign in again with \
                another key of the group.

                Example:
                  latchkey apikey revoke 1 --group 12345
                """
        )

        @Argument(help: "The key's id.") var id: Int64
        @Option(help: "The PartnerId.") var group: PartnerID
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let store = try await store.open()
            try await store.endAPIKey(
                APIKeyRecord.ID(id),
                of: group,
                at: TimeSource.system.seconds,
                isRevoked: true,
                recording: Administration.event("API key \(id) revoked", in: group)
            )
            try await APIKeyCommand.print(id, of: group, in: store, output, "API key \(id) is revoked.")
        }
    }

    /// Prints a key that was changed.
    private static func print(
        _ id: Int64,
        of group: PartnerID,
        in store: some AccountStore,
        _ output: OutputOptions,
        _ text: String
    ) async throws {
        for record in try await store.apiKeys(of: group) where record.id.number == id {
            try output.print(Row(record), text: text)
        }
    }
}
