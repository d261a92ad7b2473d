internal import AgentClient
internal import ArgumentParser
internal import Foundation

/// `latchkey-client server`.
struct ServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "server",
        abstract: "Set which servers this client may sign in to. Links for others are refused.",
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
            try ClientConfiguration.change { $0.servers = $0.servers.filter { $0 != address.text } + [address.text] }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove a server.")

        @Argument(help: "The server, as `list` shows it.") var url: String

        func run() async throws {
            try ClientConfiguration.change { configuration in
                guard configuration.servers.contains(url) else { throw ClientError("there is no server \(url)") }
                configuration.servers.removeAll { $0 == url }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the servers; the first is the default.")

        func run() async throws {
            let configuration = try ClientConfiguration(ClientFiles.own())
            for server in configuration.servers {
                print(server)
            }
        }
    }
}
