internal import AccountAdministration
internal import Accounts
internal import ArgumentParser
internal import LoginKey
internal import ServerApp
internal import WireCodec
internal import WireProtocol

/// `latchkey saml`.
struct SAMLCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "saml",
        abstract: "Connect SAML providers that users sign in with.",
        discussion: """
            The group's users sign in with the provider on the pages of this server. Its name, address and certificates are \
            read from its metadata; what it needs to know about this server is published at the address that is printed.
            """,
        subcommands: [Connect.self, List.self, Disconnect.self]
    )

    struct Row: Encodable {
        let issuer: String
        let entityID: String
        let address: String
        let userClaim: String
        let userField: String
        let name: String
        let allowsUnsolicited: Bool

        init(_ provider: IdentityProvider, publicURL: ServerURL) {
            issuer = provider.issuer
            entityID = provider.audience
            address = SAMLCommand.address(provider.issuer, of: provider.partnerID, publicURL)
            userClaim = provider.userClaim
            userField = provider.userField.rawValue
            name = provider.signIn?.name ?? ""
            allowsUnsolicited = provider.saml?.allowsUnsolicited ?? false
        }
    }

    /// Where a provider sends browsers back to, and reads our metadata.
    static func address(_ issuer: String, of group: PartnerID, _ publicURL: ServerURL) -> String {
        "\(publicURL)\(Path.singleSignOnSAML)/\(group)/\(IdentityProvider.callbackName(ofIssuer: issuer))"
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List a group's SAML providers.",
            discussion: "Example:\n  latchkey saml list --group 12345"
        )

        @Option(help: "The PartnerId of the group.") var group: PartnerID
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let (store, publicURL) = try await store.open(for: group)
            try output.print(
                try await store.identityProviders(of: group).filter { $0.saml != nil }
                    .map { Row($0, publicURL: publicURL) },
                columns: [
                    ("ENTITY ID", { $0.issuer }), ("CLAIM", { $0.userClaim }), ("IS THE", { $0.userField }),
                    ("SIGN-IN", { $0.name }), ("BEGINS ITSELF", { $0.allowsUnsolicited ? "yes" : "no" }),
                    ("OUR METADATA", { $0.address }),
                ],
                empty: "Group \(group) has no SAML providers; see `latchkey saml connect --help`"
            )
        }
    }

    struct Disconnect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Disconnect a provider: nobody signs in with it from the next request on.",
            discussion: "Example:\n  latchkey saml disconnect --group 12345 --issuer https://idp.acme.example/metadata"
        )

        @Option(help: "The PartnerId.") var group: PartnerID
        @Option(help: "The provider's entity id.") var issuer: String
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let store = try await store.open()
            let provider = try await store.identityProviders(of: group).first { $0.issuer == issuer && $0.saml != nil }
            guard let provider else { throw CommandFailure("group \(group) has no SAML provider \(issuer)") }
            try await store.providers(of: group).disconnect(issuer: issuer, audience: provider.audience)
            try output.print(["issuer": issuer], text: "Nobody can sign in with \(issuer) now.")
        }
    }
}
