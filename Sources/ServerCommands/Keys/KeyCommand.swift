internal import Accounts
internal import ArgumentParser
internal import Authentication
internal import LoginKey
internal import ServerApp
internal import ServiceTokens
internal import SystemSupport
internal import WireCodec

/// `latchkey key`.
struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make LoginKeys, and explain why one is accepted or refused.",
        subcommands: [MakeKeyCommand.self, Explain.self]
    )

    struct Explain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say which checks credentials pass, and which one fails and why.",
            discussion: """
                Takes what the integration sends: the whole URL, the form body or the JSON body. Begin a query \
                with ?, because there a + is a +, unless $ is written as %24; in a form a + is a blank. \
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
            let tolerance = try settings.number(.signInClockTolerance, in: 0...3600)
            var generator = SystemRandomNumberGenerator()
            let authenticator = try Authenticator(
                store: try settings.openStore(),
                signers: await TokenSigners(masterKey: try settings.masterKey()),
                audiences: try settings.audiences(),
                random: .system,
                clockTolerance: Int64(tolerance),
                using: &generator
            )
            let explainer = LoginKeyExplainer(authenticator: authenticator, at: TimeSource.system.seconds)
            let explanation = try await explainer.explain(text)
            // A line break in what was presented must not look like a line of the report.
            let lines = explanation.steps.map {
                "\($0.passed ? "ok  " : "FAIL")  \($0.check): \(TerminalText.harmless($0.finding))"
            }
            let summary = explanation.isGood ? "These credentials would be accepted." : "These credentials are refused."
            try output.print(explanation, text: (lines + ["", summary]).joined(separator: "\n"))
            if !explanation.isGood { throw ExitCode(1) }
        }
    }
}
