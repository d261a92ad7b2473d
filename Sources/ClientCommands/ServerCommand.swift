internal import AgentClient
internal import ArgumentParser
internal import Foundation

/// `latchkey-client server`.
struct ServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "server",
        abstract: "Say which servers this client may sign in to. Links for others are refused.",
        subcommands: [Add.self, Remove.self, List.self]
    )

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a server.",
            discussion: "Example:\n  latchkey-client server add https://latchkey.example"
        )

        @Argument(help: "https://host or https://host:port; http:// only on this machine.") var url: String

        func run() async throws {
            guard let address = ServerAddress(url) else {
                throw ClientError("\"\(url)\" is not https://host or https://host:port")
            }
            try ServerCommand.change { $0.servers = $0.servers.filter { $0 != address.text } + [address.text] }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove a server.")

        @Argument(help: "The server, as `list` shows it.") var url: String

        func run() async throws {
            try ServerCommand.change { configuration in
                guard configuration.servers.contains(url) else { throw ClientError("there is no server \(url)") }
                configuration.servers.removeAll { $0 == url }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the servers; the first is the standard one.")

        func run() async throws {
            let configuration = try ClientConfiguration(ServerCommand.files())
            for server in configuration.servers {
                print(server)
            }
        }
    }

    static func files() throws -> ClientFiles {
        try ClientFiles(environment: ProcessInfo.processInfo.environment)
    }

    static func change(_ body: (inout ClientConfiguration) throws -> Void) throws {
        let files = try files()
        var configuration = try ClientConfiguration(files)
        try body(&configuration)
        try configuration.save(files)
    }
}

/// `latchkey-client questions`.
struct QuestionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "questions",
        abstract: "Say what is done before another user or a new group is signed in: ask, confirm or decline."
    )

    @Argument(help: "ask, confirm (yes to all; for computers that an administrator looks after) or decline.")
    var policy: QuestionPolicy

    func run() async throws {
        try ServerCommand.change { $0.questions = policy }
    }
}

extension QuestionPolicy: ExpressibleByArgument {}

/// `latchkey-client logs`.
struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "logs", abstract: "Print the client's log.")

    @Option(help: "How many lines, the newest.") var lines = 200

    func run() async throws {
        let data = FileManager.default.contents(atPath: try ServerCommand.files().log.path) ?? Data()
        for line in String(decoding: data, as: UTF8.self).split(separator: "\n").suffix(max(lines, 1)) {
            print(line)
        }
    }
}
