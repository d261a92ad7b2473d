internal import ArgumentParser
internal import LoginKey
internal import ServerApp
internal import SystemSupport

/// `latchkey conformance`.
struct ConformanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conformance",
        abstract: "Try a LoginKey generator of your own and say what it gets wrong.",
        discussion: """
            The generator is any program. It gets three arguments, PARTNER_ID PARTNER_USER_ID EXPIRES (Unix seconds), \
            and the API key in the environment variable LATCHKEY_API_KEY, and prints the LoginKey. It is run once for \
            each known answer and hostile input, without a shell. The API keys are made up for the purpose.

            A generator of version 2 gets PARTNER_ID PARTNER_USER_ID EXPIRES KEY_ID AUDIENCE COMMAND, and SESSION_KEY \
            after them if there is one. With --ed25519, LATCHKEY_API_KEY holds a private key in PEM.

            Exit code 0 if every answer was right, 1 if not. Generators to start from are in the folder samples.

            Example:
              latchkey conformance -- python3 samples/loginkey.py
              latchkey conformance --version 2 --ed25519 -- node samples/loginkey2.mjs
            """
    )

    private struct Row: Encodable {
        let name: String
        let isRight: Bool
        let finding: String
    }

    @Argument(parsing: .postTerminator, help: "The generator and its first arguments.") var command: [String] = []
    @Option(help: "Seconds that one run may take: 1 to 60.") var patience = 10
    @Option(help: "The version of its LoginKeys: 1 or 2.") var version = 1
    @Flag(name: .customLong("ed25519"), help: "Version 2: sign with a private key, not with HMAC.") var isKeyPair =
        false
    @OptionGroup var output: OutputOptions

    func run() async throws {
        guard !command.isEmpty else { throw ValidationError("name the generator to run, after --") }
        guard (1...60).contains(patience) else { throw ValidationError("--patience is 1 to 60") }
        guard version == 2 || version == 1 && !isKeyPair else {
            throw ValidationError("--version is 1 or 2, and --ed25519 needs 2")
        }
        let checks: [any ConformanceCheck] =
            version == 1 ? ConformanceCase.all : try BoundConformanceCase.all(isKeyPair ? .ed25519 : .hs256)
        let generator = Generator(command: command, seconds: patience)
        try generator.check()
        let first = try checks.prefix(3).map { ($0, try generator.run($0)) }
        if let fault = Generator.commonFault(of: first) { throw CommandFailure(fault) }
        let others = try checks.dropFirst(3).map { ($0, try generator.run($0)) }
        var rows = try (first + others)
            .map { check, outcome in
                let fault = try check.fault(in: outcome)
                return Row(name: check.name, isRight: fault == nil, finding: fault ?? "")
            }
        if version == 2 { rows += try first.prefix(1).map { try nonce($0, $1.text, generator) } }
        let wrong = rows.filter { !$0.isRight }
        let lines = rows.map { row in
            row.isRight ? "ok    \(row.name)" : "FAIL  \(row.name): \(TerminalText.harmless(row.finding))"
        }
        let summary = "\(rows.count - wrong.count) passed, \(wrong.count) failed"
        try output.print(rows, text: (lines + ["", summary]).joined(separator: "\n"))
        if !wrong.isEmpty { throw ExitCode(1) }
    }

    /// Tries a case again.
    private func nonce(_ check: any ConformanceCheck, _ before: String, _ generator: Generator) throws -> Row {
        let again = try generator.run(check).text
        let keys = [before, again].map { $0.split(separator: "$", omittingEmptySubsequences: false) }
        let isNew = keys.allSatisfy { $0.count == 8 } && keys[0][5] != keys[1][5]
        return Row(
            name: "a new nonce for every key",
            isRight: isNew,
            finding: isNew ? "" : "two keys have the same nonce, so the second is refused: it has to be random"
        )
    }
}
