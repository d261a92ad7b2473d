internal import Accounts
internal import ArgumentParser
internal import Foundation
internal import LoginKey
internal import ServerApp
internal import ServiceTokens

/// `latchkey oidc`.
struct OIDCCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "oidc",
        abstract: "Connect OpenID Connect providers whose tokens are good at the key endpoint and for the panel.",
        discussion: """
            A page of yours whose users are signed in with your provider posts to /api/v1/loginkey with their token \
            and gets a LoginKey for exactly that user; the API key never leaves the server. A CRM posts a token to \
            /panel and shows the panel of that user. The provider's public \
            keys are provided as a file: the server fetches nothing. After the provider rotates its keys, connect \
            again with the new file.
            """,
        subcommands: [Connect.self, List.self, Disconnect.self]
    )

    fileprivate struct Row: Encodable {
        let issuer: String
        let audience: String
        let userClaim: String
    }

    struct Connect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Connect a provider, or give it new keys.",
            discussion: """
                Example:
                  latchkey oidc connect --group 12345 --issuer https://login.acme.example --audience crm-panel \
                --claim employee_id --keys-file jwks.json
                """
        )

        @Option(help: "The PartnerId.") var group: PartnerID
        @Option(help: "The iss of its tokens, exactly.") var issuer: String
        @Option(help: "The aud that its tokens must be made for: the client id.") var audience: String
        @Option(help: "The claim that holds the PartnerUserId.") var claim = "sub"
        @Option(help: "The provider's JSON Web Key Set, or its RSA key as PEM, or - for standard input.") var keysFile:
            String
        @Option(help: "The algorithm of RSA keys that name none, as those of Entra ID: RS256, …, PS512.")
        var algorithm = "RS256"
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func validate() throws {
            guard VerificationKeys.algorithms.contains(algorithm) else {
                throw ValidationError("--algorithm is RS256, RS384, RS512, PS256, PS384 or PS512")
            }
        }

        func run() async throws {
            let text = try TextInput.read(file: keysFile)
            guard text.utf8.count <= IdentityProvider.maximumKeySetByteCount else {
                throw CommandFailure("\(keysFile) is longer than 64 KiB")
            }
            let keySet: String
            do {
                keySet = try await VerificationKeys(keySet: VerificationKeys.keySet(of: text), algorithm: algorithm)
                    .pinned
            } catch {
                throw CommandFailure("\(keysFile): \(error)")
            }
            let provider = IdentityProvider(
                partnerID: group,
                issuer: issuer,
                audience: audience,
                userClaim: claim,
                keySet: keySet
            )
            try await store.open()
                .saveIdentityProvider(
                    provider,
                    recording: Administration.event("identity provider \(issuer) connected", in: group)
                )
            try output.print(
                Row(issuer: issuer, audience: audience, userClaim: claim),
                text: "Tokens of \(issuer) for \(audience) are good at /api/v1/loginkey and /panel."
            )
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
            let store = try await store.open()
            _ = try await store.requireGroup(group)
            try output.print(
                try await store.identityProviders(of: group)
                    .map { Row(issuer: $0.issuer, audience: $0.audience, userClaim: $0.userClaim) },
                columns: [("ISSUER", { $0.issuer }), ("AUDIENCE", { $0.audience }), ("CLAIM", { $0.userClaim })],
                empty: "Group \(group) has no identity providers; see `latchkey oidc connect --help`"
            )
        }
    }

    struct Disconnect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Disconnect a provider: its tokens are refused from the next request on.",
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
            try await store.open()
                .removeIdentityProvider(
                    issuer: issuer,
                    audience: audience,
                    of: group,
                    recording: Administration.event("identity provider \(issuer) disconnected", in: group)
                )
            try output.print(
                ["issuer": issuer, "audience": audience],
                text: "Tokens of \(issuer) for \(audience) are refused."
            )
        }
    }
}
