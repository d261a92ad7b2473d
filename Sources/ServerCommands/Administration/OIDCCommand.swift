internal import AccountAdministration
internal import Accounts
internal import ArgumentParser
internal import LoginKey
internal import ServerApp
internal import WireCodec
internal import WireProtocol

/// `latchkey oidc`.
struct OIDCCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "oidc",
        abstract: "Connect OpenID Connect providers that users sign in with, or whose tokens get LoginKeys.",
        discussion: """
            With a client id, the group's users sign in with the provider on the pages of this server. Without one, a \
            page of yours whose users are signed in with it posts to /api/v1/loginkey with their token and gets a \
            LoginKey for exactly that user; the API key never leaves the server. A CRM posts a token to /panel and shows \
            the panel of that user.
            """,
        subcommands: [Connect.self, List.self, Disconnect.self]
    )

    struct Row: Encodable {
        let issuer: String
        let audience: String
        let userClaim: String
        let userField: String
        let name: String?
        let redirectURI: String?
        let keys: String

        init(_ provider: IdentityProvider, publicURL: ServerURL) {
            issuer = provider.issuer
            audience = provider.audience
            userClaim = provider.userClaim
            userField = provider.userField.rawValue
            name = provider.signIn?.name
            redirectURI = provider.signIn.map { _ in "\(publicURL)\(Path.singleSignOnCallback)/\(provider.callbackName)"
            }
            keys = provider.keySource?.url ?? "provided"
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List a group's providers.",
            discussion: "Example:\n  latchkey oidc list --group 12345"
        )

        @Option(help: "The PartnerId.") var group: PartnerID
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let (store, publicURL) = try await store.open(for: group)
            try output.print(
                try await store.identityProviders(of: group).filter { $0.saml == nil }
                    .map { Row($0, publicURL: publicURL) },
                columns: [
                    ("ISSUER", { $0.issuer }), ("AUDIENCE", { $0.audience }), ("CLAIM", { $0.userClaim }),
                    ("IS THE", { $0.userField }), ("SIGN-IN", { $0.name ?? "-" }),
                    ("REDIRECT URI", { $0.redirectURI ?? "-" }),
                ],
                empty: "Group \(group) has no identity providers; see `latchkey oidc connect --help`"
            )
        }
    }

    struct Disconnect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Disconnect a provider: nobody signs in with it, and its tokens are refused, from the next request on.",
            discussion: """
                Example:
                  latchkey oidc disconnect --group 12345 --issuer https://login.acme.example --audience crm-panel
                """
        )

        @Option(help: "The PartnerId.") var group: PartnerID
        @Option(help: "The iss of its tokens.") var issuer: String
        @Option(help: "The aud of its tokens.") var audience: String
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try await store.open().providers(of: group).disconnect(issuer: issuer, audience: audience)
            try output.print(
                ["issuer": issuer, "audience": audience],
                text: "Tokens of \(issuer) for \(audience) are refused."
            )
        }
    }
}

extension AccountStore {
    /// The administration of a group's identity providers by the operator.
    func providers(of group: PartnerID) -> IdentityProviderAdministration {
        IdentityProviderAdministration(store: self, of: group, by: Administration.administrator(of: group))
    }
}
