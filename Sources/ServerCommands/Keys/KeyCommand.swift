internal import Accounts
internal import ArgumentParser
internal import Authentication
internal import LoginKey
internal import ServerApp
internal import ServiceTokens
internal import WireCodec

/// `latchkey key`.
struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make LoginKeys, and explain why one is accepted or refused.",
        subcommands: [Make.self, Explain.self]
    )

    struct Make: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a LoginKey.",
            discussion: """
                The API key comes from a file, standard input or LATCHKEY_API_KEY; without them, the newest valid \
                API key in the store is used.

                Examples:
                  latchkey key make --group 12345 --user 005Fk000001aBcD
                  printf %s "$SECRET" | latchkey key make --group 12345 --user 005A --api-key-file -
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
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let now = TimeSource.system.seconds
            let issuer = try LoginKeyIssuer(partnerID: group, apiKey: try await apiKey(at: now), lifetime: lifetime)
            let loginKey = try issuer.issue(for: user, at: now)
            let query =
                "partnerid=\(group)&partneruserid=\(PercentEncoding.encode(user.text))"
                + "&loginkey=\(PercentEncoding.encode(loginKey.text))"
            try output.print(
                Made(loginKey: loginKey.text, expiration: loginKey.expires, query: query),
                text: loginKey.text
            )
        }

        private func apiKey(at now: Int64) async throws -> APIKey {
            if let text = try SecretInput.read(file: apiKeyFile, variable: "LATCHKEY_API_KEY") {
                return try APIKey(text: text)
            }
            let keys = try await store.open().apiKeys(of: group)
            guard let record = keys.first(where: { $0.isValid(at: now) }) else {
                throw CommandFailure("group \(group) has no valid API key; see `latchkey apikey list`")
            }
            return record.apiKey
        }
    }

    struct Explain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say which checks credentials pass, and which one fails and why.",
            discussion: """
                Takes what the integration sends: the whole URL, the form body or the JSON body. A query alone \
                begins with ?, because there a + is a +, unless $ stands in it as %24; in a form it is a blank. \
                Quote it: $ and & mean something to the shell. With - it is read from standard input.

                It spends nothing and never shows the signature that would have been right. Exit code 0 if the \
                credentials would be accepted now, 1 if not.

                Example:
                  latchkey key explain 'partnerid=12345&partneruserid=005A1&loginkey=$1$1900000000$…'
                """
        )

        @Argument(help: "The credentials, or -.") var credentials: String
        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let text = credentials == "-" ? try TextInput.read(file: "-") : credentials
            let settings = try await store.settings()
            let tolerance = try settings.number("signIn.clockTolerance", in: 0...3600)
            var generator = SystemRandomNumberGenerator()
            let authenticator = try Authenticator(
                store: try settings.openStore(),
                signers: await TokenSigners(masterKey: try settings.masterKey()),
                clockTolerance: Int64(tolerance),
                using: &generator
            )
            let explainer = LoginKeyExplainer(authenticator: authenticator, at: TimeSource.system.seconds)
            let explanation = try await explainer.explain(text)
            // A line break in what was presented must not look like a line of the report.
            let lines = explanation.steps.map {
                "\($0.passed ? "ok  " : "FAIL")  \($0.check): \(OutputOptions.harmless($0.finding))"
            }
            let verdict = explanation.isGood ? "These credentials would be accepted." : "These credentials are refused."
            try output.print(explanation, text: (lines + ["", verdict]).joined(separator: "\n"))
            if !explanation.isGood { throw ExitCode(1) }
        }
    }
}
