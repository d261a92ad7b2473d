internal import AccountAdministration
internal import Accounts
internal import ArgumentParser
internal import LoginKey
internal import ServerApp

// Security keys of users.

extension UserCommand {
    struct SecurityKeys: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "security-keys",
            abstract: "List a user's security keys, and remove one.",
            subcommands: [ListKeys.self, RemoveKey.self]
        )
    }

    struct ListKeys: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List a user's security keys.",
            discussion: "Example:\n  latchkey user security-keys list dana --group 12345"
        )

        private struct Row: Encodable {
            let id: Int64
            let name: String
            let algorithm: Int64
            let counter: UInt32
            let added: String
            let lastUsed: String?

            init(_ key: SecurityKey) {
                id = key.id.number
                name = key.name
                algorithm = key.algorithm
                counter = key.counter
                added = Timestamp.text(key.createdAt)
                lastUsed = key.lastUsedAt.map(Timestamp.text)
            }
        }

        @OptionGroup var target: UserTarget
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let (store, user) = try await target.open()
            let keys = try await user.hasSecurityKey ? store.securityKeys(of: user.id) : []
            try output.print(
                keys.map(Row.init),
                columns: [
                    ("ID", { "\($0.id)" }), ("NAME", { $0.name }), ("ADDED", { $0.added }),
                    ("LAST USED", { $0.lastUsed ?? "never" }),
                ],
                empty: "\(user.username) has no security keys."
            )
        }
    }

    struct RemoveKey: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Remove one of a user's security keys.",
            discussion: """
                If the user has no app, removing the last key removes the second factor: then the password is enough, or a \
                new one is set up. The ids are those of `latchkey user security-keys list`.

                Example, after a key was lost:
                  latchkey user security-keys remove 3 --user dana --group 12345
                """
        )

        @Argument(help: "The key's id.") var id: Int64
        @Option(help: "User name or PartnerUserId.") var user: String
        @Option(help: "The PartnerId.") var group: PartnerID
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let store = try await store.open()
            let user = try await store.requireUser(user, of: group)
            try await Administration.secondFactors(of: group, in: store).remove(SecurityKey.ID(id), of: user)
            try output.print(["removed": id], text: "Security key \(id) of \(user.username) is removed.")
        }
    }
}

extension Administration {
    /// The operator's administration of second factors, of users of one group.
    static func secondFactors(of partnerID: PartnerID, in store: any AccountStore) -> SecondFactorAdministration {
        SecondFactorAdministration(store: store, by: administrator(of: partnerID))
    }
}
