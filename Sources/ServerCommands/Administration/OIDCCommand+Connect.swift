internal import AccountAdministration
internal import Accounts
internal import ArgumentParser
internal import LoginKey
internal import OpenIDClient
internal import ServerApp
internal import ServiceTokens

extension OIDCCommand {
    struct Connect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Connect a provider, or replace a connected one.",
            discussion: """
                The provider's addresses and keys are read from its discovery document, and its keys are read again \
                every hour. It answers by HTTPS, unless it is on this machine. With --keys-file the keys are those of \
                the file, and nothing is ever fetched.

                Examples:
                  latchkey oidc connect --group 12345 --issuer https://login.acme.example --client-id latchkey \
                --client-secret-file secret.txt --name "Acme" --claim email --user-is email
                  latchkey oidc connect --group 12345 --issuer https://login.acme.example --audience crm-panel \
                --claim employee_id --keys-file jwks.json
                """
        )

        @Option(help: "The PartnerId.") var group: PartnerID
        @Option(help: "The iss of its tokens, exactly.") var issuer: String
        @Option(help: "The client id that users sign in with.") var clientID: String?
        @Option(help: "The aud of tokens for the key endpoint, where nobody signs in here.") var audience: String?
        @Option(help: "File with the client's secret, or - for standard input; none for a public client.")
        var clientSecretFile: String?
        @Option(help: "Where the provider wants the secret: basic or post; basic if it accepts both.")
        var clientSecretIn: ClientSecret.Place?
        @Option(help: "What the button says: Sign in with …; default: the issuer's host.")
        var name: String?
        @Option(help: "The claim that names the user.") var claim = "sub"
        @Option(help: "What the claim holds: partner-user-id, username or email.")
        var userIs = IdentityProvider.UserField.partnerUserID
        @Option(
            help:
                "What is asked for at sign-in; default: openid, profile and email, as far as the provider supports them."
        )
        var scope: String?
        @Option(
            help: "The provider's JSON Web Key Set, or its RSA key as PEM; - for standard input; none to read by HTTPS."
        )
        var keysFile: String?
        @Option(help: "PEM file with the authority of the provider's certificate, if it is a private one.")
        var certificateFile: String?
        @Option(help: "The algorithm of RSA keys that name none, such as Entra ID's: RS256, …, PS512.")
        var algorithm = "RS256"
        @OptionGroup(title: "Users and roles") var enrolment: EnrolmentOptions
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func validate() throws {
            guard VerificationKeys.algorithms.contains(algorithm) else {
                throw ValidationError("--algorithm is RS256, RS384, RS512, PS256, PS384 or PS512")
            }
            guard (clientID == nil) != (audience == nil) else {
                throw ValidationError("give --client-id for sign-in, or --audience for the key endpoint only")
            }
            guard clientID == nil || keysFile == nil else {
                throw ValidationError(
                    "--keys-file goes with --audience: a provider that signs users in publishes its keys"
                )
            }
            guard clientID != nil || (clientSecretFile == nil && name == nil && scope == nil) else {
                throw ValidationError("--client-secret-file, --name and --scope go with --client-id")
            }
        }

        func run() async throws {
            let (store, publicURL) = try await store.open(for: group)
            var provider = keysFile == nil ? try await discovered() : try await provided()
            if clientID != nil { provider.enrolment = try await enrolment.enrolment(in: store, of: group) }
            try await store.providers(of: group).connect(provider)
            let row = Row(provider, publicURL: publicURL)
            try output.print(row, text: text(row))
        }

        private func text(_ row: Row) -> String {
            let keyEndpoint = "Tokens of \(row.issuer) for \(row.audience) are accepted at /api/v1/loginkey and /panel."
            guard let redirectURI = row.redirectURI else { return keyEndpoint }
            return """
                Users of group \(group) sign in with \(row.name ?? ""). Register this redirect URI with the provider:
                \(redirectURI)
                """
        }
    }
}

// MARK: What becomes of the options

extension OIDCCommand.Connect {
    private func provider(keySet: String, _ source: IdentityProvider.KeySource? = nil) -> IdentityProvider {
        IdentityProvider(
            partnerID: group,
            issuer: issuer,
            audience: clientID ?? audience ?? "",
            userClaim: claim,
            userField: userIs,
            keySet: keySet,
            keySource: source
        )
    }

    /// A provider whose keys are in a file.
    private func provided() async throws -> IdentityProvider {
        let file = keysFile ?? "-"
        let text = try TextInput.read(file: file)
        guard text.utf8.count <= IdentityProvider.maximumKeySetByteCount else {
            throw CommandFailure("\(file) is longer than 64 KiB")
        }
        do {
            return provider(
                keySet: try await VerificationKeys(keySet: VerificationKeys.keySet(of: text), algorithm: algorithm)
                    .pinned
            )
        } catch {
            throw CommandFailure("\(file): \(error)")
        }
    }

    /// A provider as it describes itself.
    private func discovered() async throws -> IdentityProvider {
        let certificates = try certificateFile.map(TextInput.read(file:)) ?? ""
        let secret = try SecretInput.read(file: clientSecretFile, variable: "LATCHKEY_OIDC_CLIENT_SECRET")
        let client = ProviderClient()
        do {
            let document = try await client.discover(issuer, certificates: certificates)
            let source = IdentityProvider.KeySource(
                url: document.keySetURL,
                algorithm: algorithm,
                certificates: certificates
            )
            var provider = provider(keySet: try await client.keySet(at: source), source)
            if clientID != nil { provider.signIn = try signIn(document, secret) }
            return provider
        } catch {
            throw CommandFailure("\(error)")
        }
    }

    private func signIn(_ document: DiscoveryDocument, _ secret: String?) throws(CommandFailure) -> ProviderSignIn {
        let usual = ["openid", "profile", "email"].filter { document.scopes?.contains($0) ?? true }
        let scope = scope ?? (usual.contains("openid") ? usual : ["openid"] + usual).joined(separator: " ")
        guard scope.split(separator: " ").contains("openid") else {
            throw CommandFailure("--scope must contain openid")
        }
        return ProviderSignIn(
            name: name ?? host,
            authorizationEndpoint: document.authorizationEndpoint,
            tokenEndpoint: document.tokenEndpoint,
            scope: scope,
            secret: try clientSecret(document, secret),
            namesItself: document.namesItself
        )
    }

    private func clientSecret(
        _ document: DiscoveryDocument,
        _ secret: String?
    ) throws(CommandFailure) -> ClientSecret? {
        guard let secret else { return nil }
        guard let place = clientSecretIn ?? document.secretPlaces.first else {
            throw CommandFailure("the provider takes a secret neither by client_secret_basic nor by client_secret_post")
        }
        return ClientSecret(secret, in: place)
    }

    private var host: String {
        String(issuer.drop { $0 != "/" }.drop { $0 == "/" }.prefix { $0 != "/" && $0 != ":" })
    }
}
