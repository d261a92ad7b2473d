internal import ArgumentParser
internal import ServerApp

/// `latchkey configuration`.
struct ConfigurationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "configuration",
        abstract: "List every setting with its default, its environment variable and what it is for."
    )

    private struct Row: Encodable {
        let key: String
        let variable: String
        let standard: String
        let isSecret: Bool
        let help: String
    }

    @OptionGroup var output: OutputOptions

    func run() async throws {
        let rows = Settings.Key.all.map { key in
            Row(
                key: key.name,
                variable: key.variable,
                standard: key.standard,
                isSecret: key.isSecret,
                help: key.help
            )
        }
        try output.print(
            rows,
            columns: [
                ("KEY", { $0.key }), ("ENVIRONMENT", { $0.variable }), ("DEFAULT", { $0.standard }),
                ("MEANING", { $0.help }),
            ],
            empty: ""
        )
    }
}
