internal import AccountAdministration
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
        let kind: String
        let label: String
        let isWeak: Bool
        let createdAt: Int64
        let lastUsedAt: Int64?
        let endsAt: Int64?

        init(_ record: APIKeyRecord) {
            id = record.id.number
            state = record.state(at: TimeSource.system.seconds).rawValue
            kind = record.key.kind
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
                An API key is a secret that the server and the CRM share. For LoginKeys of version 2 it may be a key pair \
                instead, of which the server has only the public half: make it here with --ed25519, which shows the \
                private half once, or make it where it is used and give its public half with --public-key.

                To take over the key of an existing integration, provide it by standard input, a file, or the
                variable LATCHKEY_IMPORT_API_KEY; never as an argument.

                Examples:
                  latchkey apikey create --group 12345 --label "Salesforce 2026"
                  latchkey apikey create --group 12345 --import - < old-key.txt
                  latchkey apikey create --group 12345 --public-key public.pem
                """
        )

        private struct Created: Encodable {
            let id: Int64
            let kind: String
            let apiKey: String?
            let privateKey: String?
            let isWeak: Bool
        }

        @Option(help: "The PartnerId.") var group: PartnerID
        @Option(help: "What to call the key.") var label = ""
        @Option(name: .customLong("import"), help: "File with an existing key, or - for standard input.")
        var importFile: String?
        @Option(help: "File with an Ed25519 public key, in PEM or Base64, or - for standard input.")
        var publicKey: String?
        @Flag(name: .customLong("ed25519"), help: "Make an Ed25519 key pair.") var isKeyPair = false
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        /// A key to add, and the part of it that is shown.
        private struct NewKey {
            var key: VerificationKey
            var secret: String?
            var privateKey: String?
        }

        func run() async throws {
            let new = try newKey()
            let record = try await APIKeyCommand.administration(of: group, in: store.open())
                .add(new.key, label: label, at: TimeSource.system.seconds)
            let created = Created(
                id: record.id.number,
                kind: record.key.kind,
                apiKey: new.secret,
                privateKey: new.privateKey,
                isWeak: record.isWeak
            )
            try output.print(created, text: text(record, new))
        }

        private func newKey() throws -> NewKey {
            guard [importFile != nil, publicKey != nil, isKeyPair].count(where: \.self) <= 1 else {
                throw CommandFailure("give one of --import, --public-key and --ed25519")
            }
            var generator = SystemRandomNumberGenerator()
            if isKeyPair {
                let pair = try Ed25519PrivateKey.generate(using: &generator)
                return NewKey(key: .ed25519(pair.publicKey), privateKey: pair.pem)
            }
            if let publicKey {
                return NewKey(key: .ed25519(try Ed25519PublicKey(parsing: TextInput.read(file: publicKey))))
            }
            if let imported = try SecretInput.read(file: importFile, variable: "LATCHKEY_IMPORT_API_KEY") {
                if ["\"", "'"].contains(where: { imported.hasPrefix($0) && imported.hasSuffix($0) }) {
                    throw CommandFailure("the imported key is in quotes, which would be part of it; remove them")
                }
                return NewKey(key: .secret(try APIKey(text: imported)))
            }
            let apiKey = APIKey.generate(using: &generator)
            let text = apiKey.withSecretBytes { String(decoding: $0, as: UTF8.self) }
            return NewKey(key: .secret(apiKey), secret: text)
        }

        private func text(_ record: APIKeyRecord, _ new: NewKey) -> String {
            var lines = ["Created API key \(record.id) of group \(group)."]
            if let secret = new.secret {
                lines += ["", "  \(secret)", "", "It is shown only once. Put it into the CRM's protected settings."]
            }
            if let privateKey = new.privateKey {
                lines += [
                    "", privateKey,
                    "The private key is shown only once, and not kept here. It makes LoginKeys of version 2, with the key id "
                        + "\(record.id).",
                ]
            }
            if record.isWeak {
                lines.append("Warning: it has fewer than 128 bits. Replace it with a generated one when you can.")
            }
            return lines.joined(separator: "\n")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List a group's API keys and when each was last used.",
            discussion: "Example:\n  latchkey apikey list --group 12345"
        )

        @OptionGroup var group: GroupTarget
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let store = try await group.open()
            try output.print(
                try await store.apiKeys(of: group.id).map(Row.init),
                columns: [
                    ("ID", { "\($0.id)" }), ("STATE", { $0.state }), ("KIND", { $0.kind }), ("LABEL", { $0.label }),
                    ("WEAK", { $0.isWeak ? "yes" : "no" }), ("CREATED", { Timestamp.text($0.createdAt) }),
                    ("LAST USED", { $0.lastUsedAt.map(Timestamp.text) ?? "never" }),
                    ("ENDS", { $0.endsAt.map(Timestamp.text) ?? "" }),
                ],
                empty: "Group \(group.id) has no API key. Make one: latchkey apikey create --group \(group.id)"
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
            let (seconds, isTooLong) = Int64(afterHours).multipliedReportingOverflow(by: 3600)
            guard !isTooLong else { throw CommandFailure("--after-hours is 0 to 8784") }
            let store = try await store.open()
            let end = try await APIKeyCommand.administration(of: group, in: store)
                .retire(APIKeyRecord.ID(id), after: seconds, at: TimeSource.system.seconds)
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
                LoginKeys made with it are refused from the next request on, and so is everything obtained with \
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
            try await APIKeyCommand.administration(of: group, in: store)
                .revoke(APIKeyRecord.ID(id), at: TimeSource.system.seconds)
            try await APIKeyCommand.print(id, of: group, in: store, output, "API key \(id) is revoked.")
        }
    }

    private static func administration(of group: PartnerID, in store: any AccountStore) -> APIKeyAdministration {
        APIKeyAdministration(store: store, of: group, by: Administration.administrator(of: group))
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
