internal import Accounts
internal import ArgumentParser
internal import Demo
internal import LoginKey
internal import ServerApp

/// The options of all kinds of load.
struct LoadOptions: ParsableArguments {
    @Option(help: "Base URL of a server; may be repeated for several servers over one database.")
    var url = ["http://127.0.0.1:8080"]
    @Flag(help: "Allow servers on other machines. Use it only on your own servers.")
    var allowRemote = false
    @Option(help: "The PartnerId of the agents.") var group: PartnerID
    @Option(help: "File with the group's API key, or - for standard input; LoginKeys are made with it.")
    var apiKeyFile: String?
    @Option(help: "An agent's PartnerUserId; may be repeated.") var user: [PartnerUserID] = []
    @Option(help: "Agents whose PartnerUserIds differ by a number, such as agent-1..500; may be repeated.")
    var users: [NumberedUsers] = []
    @Option(help: "File with PartnerUserIds, one a line.") var usersFile: String?
    @Option(
        help: """
            Instead of the API key: file with credentials, one per line, as in `query` of `latchkey key make --json`.
            """
    ) var credentialsFile: String?
    @Option(help: "Maximum number of iterations: 1 to 10,000,000.") var count = 1000
    @Option(help: "Stop starting iterations after this many seconds: 1 to 3,600.") var seconds = 60
    @Option(help: "How many are done at once: 1 to 1,000.") var concurrency = 16
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard !url.isEmpty, (1...10_000_000).contains(count), (1...3600).contains(seconds),
            (1...1000).contains(concurrency)
        else {
            throw ValidationError("--count is 1 to 10000000, --seconds 1 to 3600, --concurrency 1 to 1000")
        }
    }

    /// The agents, who sign in at the servers.
    func agents(_ recorder: LoadRecorder) throws -> SignInLoad {
        SignInLoad(try LoadTarget(url, mayBeRemote: allowRemote), try credentials(), recorder)
    }

    private func credentials() throws -> LoadCredentials {
        if let credentialsFile {
            let forms = try lines(of: credentialsFile)
            guard !forms.isEmpty else { throw CommandFailure("\(credentialsFile) is empty") }
            return LoadCredentials(forms: forms)
        }
        guard let text = try SecretInput.read(file: apiKeyFile, variable: "LATCHKEY_API_KEY") else {
            throw CommandFailure("name the group's API key with --api-key-file, or credentials with --credentials-file")
        }
        let listed = try usersFile.map { try lines(of: $0).map { try PartnerUserID(parsing: $0) } } ?? []
        let users = user + users.flatMap(\.all) + listed
        guard !users.isEmpty else { throw CommandFailure("name the agents with --user, --users or --users-file") }
        let issuer = try LoginKeyIssuer(partnerID: group, apiKey: APIKey(text: text))
        // Another run must not make the same keys: they may be valid once.
        return LoadCredentials(issuer, users: users, at: TimeSource.system.seconds + .random(in: 0..<36_000))
    }

    private func lines(of file: String) throws -> [String] {
        try TextInput.read(file: file).split(whereSeparator: \.isNewline).map(String.init)
    }

    /// Puts the servers under load and prints the result.
    ///
    /// - Throws: `ExitCode` 1 if anything failed.
    func run(_ make: (SignInLoad, _ name: String) -> any LoadScenario) async throws {
        let recorder = LoadRecorder()
        let scenario = make(try agents(recorder), RandomSource.system.correlationID().text)
        let bounds = LoadBounds(count: count, seconds: seconds, concurrency: concurrency)
        let duration = await scenario.run(bounds)
        try LoadOutput(report: LoadReport(recorder, taking: duration)).print(output)
    }
}
