internal import Accounts
internal import ArgumentParser
internal import LoginKey
internal import ServerApp
internal import WireCodec

/// `latchkey key make`.
struct MakeKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "make",
        abstract: "Make a LoginKey.",
        discussion: """
            The API key comes from a file, standard input or LATCHKEY_API_KEY; without them, the newest valid \
            secret in the store is used.

            A key of version 2 is valid once, for one command (authenticate, join, start, show, view, list or \
            administer) and session, at one server. With your own API key, which may be an Ed25519 private key in \
            PEM, it needs the id that the server has given to that key.

            Examples:
              latchkey key make --group 12345 --user 005Fk000001aBcD
              printf %s "$SECRET" | latchkey key make --group 12345 --user 005A --api-key-file -
              latchkey key make --group 12345 --user 005A --version 2 --command join --session 26881636
            """
    )

    private struct Made: Encodable {
        let loginKey: String
        let expiration: Int64
        let query: String
    }

    @Option(help: "The PartnerId.") var group: PartnerID
    @Option(help: "The PartnerUserId.") var user: PartnerUserID
    @Option(help: "How long it lives, in seconds: 1 to 86,400.") var lifetime: Int64 = 3600
    @Option(help: "File with the API key, or - for standard input.") var apiKeyFile: String?
    @Option(help: "1 or 2.") var version = 1
    @Option(help: "Version 2: what it is for.") var command = LoginKeyCommand.authenticate
    @Option(help: "Version 2: the session key or visitor id that it is for.") var session: String?
    @Option(help: "Version 2: the host of the server's public URL, if it is not the one in the settings.")
    var audience: String?
    @Option(help: "Version 2: the id of the API key, if that is not taken from the store.") var keyID: Int64?
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard [1, 2].contains(version) else { throw ValidationError("--version is 1 or 2") }
        let isOfVersion2 = command != .authenticate || session != nil || audience != nil || keyID != nil
        guard version == 2 || !isOfVersion2 else {
            throw ValidationError("--command, --session, --audience and --key-id need --version 2")
        }
    }

    func run() async throws {
        let now = TimeSource.system.seconds
        let (id, key) = try await signingKey(at: now)
        let loginKey = try await issue(id, key, at: now)
        let query =
            "partnerid=\(group)&partneruserid=\(PercentEncoding.encode(user.text))"
            + "&loginkey=\(PercentEncoding.encode(loginKey.text))"
        try output.print(
            Made(loginKey: loginKey.text, expiration: loginKey.expires, query: query),
            text: loginKey.text
        )
    }

    private func issue(_ id: Int64?, _ key: SigningKey, at now: Int64) async throws -> PresentedLoginKey {
        guard version == 2 else {
            guard case .secret(let apiKey) = key else {
                throw CommandFailure("a private key makes LoginKeys of version 2: give --version 2 and --key-id")
            }
            let issuer = try LoginKeyIssuer(partnerID: group, apiKey: apiKey, lifetime: lifetime)
            return .version1(try issuer.issue(for: user, at: now))
        }
        guard let id = keyID ?? id else {
            throw CommandFailure(
                "use --key-id to say which id the server has given to the API key; see `latchkey apikey list`"
            )
        }
        let issuer = try BoundLoginKeyIssuer(
            partnerID: group,
            keyID: id,
            key: key,
            audience: try await server(),
            lifetime: lifetime
        )
        var generator = SystemRandomNumberGenerator()
        let purpose = try LoginKeyPurpose(command, sessionKey: session)
        return .version2(try issuer.issue(for: user, purpose: purpose, at: now, using: &generator))
    }

    private func server() async throws -> LoginKeyAudience {
        if let audience { return try LoginKeyAudience(parsing: audience) }
        return try LoginKeyAudience(publicURL: await store.settings().publicURL().text)
    }

    private func signingKey(at now: Int64) async throws -> (id: Int64?, SigningKey) {
        if let text = try SecretInput.readKey(file: apiKeyFile, variable: "LATCHKEY_API_KEY") {
            return (nil, try SigningKey(parsing: text))
        }
        let keys = try await store.open().apiKeys(of: group).filter { keyID == nil || $0.id.number == keyID }
        guard let (record, apiKey) = keys.newestSecret(at: now) else {
            throw CommandFailure("group \(group) has no valid secret for this; see `latchkey apikey list`")
        }
        return (record.id.number, .secret(apiKey))
    }
}
