internal import AccountAdministration
internal import Accounts
internal import ArgumentParser
internal import LoginKey
internal import OpenIDClient
internal import SAML
internal import ServerApp
internal import WireCodec

extension SAMLCommand {
    struct Connect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Connect a provider, or replace a connected one.",
            discussion: """
                Its metadata comes from a file or an HTTPS address, and is read once: connect again when the provider changes \
                its certificates. The key that signs requests then stays the same.

                Example:
                  latchkey saml connect --group 12345 --metadata-file acme.xml --name "Acme" --claim mail --user-is email
                """
        )

        @Option(help: "The PartnerId.") var group: PartnerID
        @Option(help: "File with the provider's metadata, or - for standard input.") var metadataFile: String?
        @Option(help: "Where the provider publishes its metadata.") var metadataURL: String?
        @Option(help: "What the button says: Sign in with …; default: the provider's host.")
        var name: String?
        @Option(help: "The attribute that names the user, or NameID for the subject.") var claim = "NameID"
        @Option(help: "What it holds: partner-user-id, username or email.")
        var userIs = IdentityProvider.UserField.partnerUserID
        @Flag(inversion: .prefixedNo, help: "Whether the provider may send users who have not asked to sign in here.")
        var unsolicited = false
        @OptionGroup(title: "Users and roles") var enrolment: EnrolmentOptions
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func validate() throws {
            guard (metadataFile == nil) != (metadataURL == nil) else {
                throw ValidationError("give --metadata-file or --metadata-url")
            }
        }

        func run() async throws {
            let (store, publicURL) = try await store.open(for: group)
            let program = SAMLProgram.besideThisOne
            let document = try await document()
            let metadata = try Self.trying { try program.metadata(document) }
            let known = try await store.identityProviders(of: group).filter { $0.saml != nil }
            var provider = try provider(metadata, known, program, publicURL)
            provider.enrolment = try await enrolment.enrolment(in: store, of: group)
            try await store.providers(of: group).connect(provider)
            let row = Row(provider, publicURL: publicURL)
            try output.print(
                row,
                text: """
                    Users of group \(group) sign in with \(row.name). Register this server with the provider by its metadata:
                    \(row.address)
                    """
            )
        }
    }
}

// MARK: What becomes of the options

extension SAMLCommand.Connect {
    private func document() async throws -> String {
        if let metadataURL {
            do {
                return try await ProviderClient().metadata(at: metadataURL)
            } catch {
                throw CommandFailure("\(error)")
            }
        }
        return try TextInput.read(file: metadataFile ?? "-")
    }

    private func provider(
        _ metadata: ProviderMetadata,
        _ known: [IdentityProvider],
        _ program: SAMLProgram,
        _ publicURL: ServerURL
    ) throws -> IdentityProvider {
        let (issuer, address) = try Self.issuerAndAddress(of: metadata)
        let earlier = known.first { $0.issuer == issuer }
        let (secret, certificate) = try key(earlier, program)
        var provider = newProvider(issuer, audience: earlier?.audience, publicURL)
        provider.signIn = signIn(at: address, secret)
        provider.saml = SAMLTrust(
            certificates: metadata.pem,
            ownCertificate: certificate,
            allowsUnsolicited: unsolicited
        )
        return provider
    }

    private static func issuerAndAddress(of metadata: ProviderMetadata) throws -> (issuer: String, address: String) {
        guard let issuer = metadata.entityID, let address = metadata.address else {
            throw CommandFailure("the metadata has no entityID, or no SingleSignOnService for HTTP-Redirect")
        }
        guard ProviderClient.mayOpen(address) else {
            throw CommandFailure("the SingleSignOnService is not an https: address")
        }
        guard !metadata.certificates.isEmpty, metadata.pem.utf8.count <= SAMLTrust.maximumByteCount else {
            throw CommandFailure("the metadata has no signing certificate, or more than 16 KiB of them")
        }
        return (issuer, address)
    }

    private func newProvider(_ issuer: String, audience: String?, _ publicURL: ServerURL) -> IdentityProvider {
        IdentityProvider(
            partnerID: group,
            issuer: issuer,
            audience: audience ?? SAMLCommand.address(issuer, of: group, publicURL),
            userClaim: claim,
            userField: userIs,
            keySet: ""
        )
    }

    private func signIn(at address: String, _ secret: ClientSecret) -> ProviderSignIn {
        ProviderSignIn(
            name: name ?? Self.host(of: address),
            authorizationEndpoint: address,
            tokenEndpoint: "",
            scope: "",
            secret: secret
        )
    }

    /// The key that the provider knows, or a new one.
    private func key(
        _ earlier: IdentityProvider?,
        _ program: SAMLProgram
    ) throws -> (ClientSecret, certificate: String) {
        if let secret = earlier?.signIn?.secret, let certificate = earlier?.saml?.ownCertificate {
            return (secret, certificate)
        }
        let made = try Self.trying { try program.newKey() }
        return (ClientSecret(made.key, in: .signature), made.certificate)
    }

    private static func trying<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as SAMLProgramError {
            throw CommandFailure("the metadata cannot be used: \(error)")
        }
    }

    private static func host(of address: String) -> String {
        String(address.drop { $0 != "/" }.drop { $0 == "/" }.prefix { $0 != "/" && $0 != ":" && $0 != "?" })
    }
}
