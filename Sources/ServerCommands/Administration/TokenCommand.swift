internal import AccountAdministration
internal import Accounts
internal import ArgumentParser
internal import LoginKey
internal import ServerApp

/// `latchkey token`.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Make, list and revoke access tokens for programs that administer a group.",
        discussion: """
            Identity providers such as Okta and Entra ID want one long-lived token for SCIM. An access token has the \
            rights of the administrator that it is made for, and ends with them.
            """,
        subcommands: [Create.self, List.self, Revoke.self]
    )

    fileprivate struct Row: Encodable {
        let id: Int64
        let label: String
        let userID: Int64
        let createdAt: Int64
        let endsAt: Int64?

        init(_ token: AccessToken) {
            id = token.id.number
            label = token.label
            userID = token.userID.number
            createdAt = token.createdAt
            endsAt = token.endsAt
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an access token. It is shown once.",
            discussion: """
                Example:
                  latchkey token create --group 12345 --user dana --label "Okta" --days 365
                """
        )

        private struct Created: Encodable {
            let id: Int64
            let accessToken: String
            let endsAt: Int64?
        }

        @Option(help: "The PartnerId.") var group: PartnerID
        @Option(help: "The administrator that it acts as: user name or PartnerUserId.") var user: String
        @Option(help: "What to call it.") var label = ""
        @Option(help: "How long it is valid, in days: 1 to 3,650; default: without end.") var days: Int64?
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard (1...3650).contains(days ?? 1) else { throw CommandFailure("--days is 1 to 3650") }
            let store = try await store.open()
            let user = try await store.requireUser(user, of: group)
            let (added, text) = try await TokenCommand.administration(of: group, in: store)
                .create(
                    for: user,
                    label: label,
                    lifetime: days.map { $0 * 86_400 },
                    at: TimeSource.system.seconds,
                    using: .system
                )
            try output.print(
                Created(id: added.id.number, accessToken: text, endsAt: added.endsAt),
                text: """
                    Created access token \(added.id) of \(user.username).

                      \(text)

                    It is shown only once. The base address for SCIM is <public URL>/scim/v2.
                    """
            )
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List a group's access tokens.",
            discussion: "Example:\n  latchkey token list --group 12345"
        )

        @OptionGroup var group: GroupTarget
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let store = try await group.open()
            try output.print(
                try await store.accessTokens(of: group.id).map(Row.init),
                columns: [
                    ("ID", { "\($0.id)" }), ("LABEL", { $0.label }), ("USER", { "\($0.userID)" }),
                    ("CREATED", { Timestamp.text($0.createdAt) }), ("ENDS", { $0.endsAt.map(Timestamp.text) ?? "" }),
                ],
                empty:
                    "Group \(group.id) has no access tokens. Make one: latchkey token create --group \(group.id) --user …"
            )
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revoke an access token: it is refused from the next request on.",
            discussion: "Example:\n  latchkey token revoke 1 --group 12345"
        )

        @Argument(help: "The token's id; see `latchkey token list`.") var id: Int64
        @Option(help: "The PartnerId.") var group: PartnerID
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await TokenCommand.administration(of: group, in: store.open()).revoke(AccessToken.ID(id))
            try output.print(["revoked": id], text: "Access token \(id) is revoked.")
        }
    }

    private static func administration(of group: PartnerID, in store: any AccountStore) -> AccessTokenAdministration {
        AccessTokenAdministration(store: store, of: group, by: Administration.administrator(of: group))
    }
}
