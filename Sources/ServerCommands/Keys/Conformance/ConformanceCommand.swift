internal import ArgumentParser
internal import LoginKey
internal import ServerApp

/// `latchkey conformance`.
struct ConformanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conformance",
        abstract: "Try a LoginKey generator of your own and say what it gets wrong.",
        discussion: """
            The generator is any program. It gets three arguments, PARTNER_ID PARTNER_USER_ID EXPIRES (Unix seconds), \
            and the API key in the environment variable LATCHKEY_API_KEY, and prints the LoginKey. It is run once for \
            each known answer and hostile input, without a shell. The API keys are made up for the purpose.

            Exit code 0 if every answer was right, 1 if not. Generators to start from are in the folder samples.

            Example:
              latchkey conformance -- python3 samples/loginkey.py
            """
    )

    private struct Row: Encodable {
        let name: String
        let isRight: Bool
        let finding: String
    }

    @Argument(parsing: .postTerminator, help: "The generator and its first arguments.") var command: [String] = []
    @Option(help: "Seconds that one run may take: 1 to 60.") var patience = 10
    @OptionGroup var output: OutputOptions

    func run() async throws {
        guard !command.isEmpty else { throw ValidationError("say which generator to run, after --") }
        guard (1...60).contains(patience) else { throw ValidationError("--patience is 1 to 60") }
        let generator = Generator(command: command, seconds: patience)
        try generator.check()
        let first = try ConformanceCase.all.prefix(3).map { ($0, try generator.run($0)) }
        if let fault = Generator.commonFault(of: first) { throw CommandFailure(fault) }
        let others = try ConformanceCase.all.dropFirst(3).map { ($0, try generator.run($0)) }
        let rows = try (first + others)
            .map { check, outcome in
                let fault = try check.fault(in: outcome)
                return Row(name: check.name, isRight: fault == nil, finding: fault ?? "")
            }
        let wrong = rows.filter { !$0.isRight }
        let lines = rows.map { row in
            row.isRight ? "ok    \(row.name)" : "FAIL  \(row.name): \(OutputOptions.harmless(row.finding))"
        }
        let verdict = "\(rows.count - wrong.count) passed, \(wrong.count) failed"
        try output.print(rows, text: (lines + ["", verdict]).joined(separator: "\n"))
        if !wrong.isEmpty { throw ExitCode(1) }
    }
}
