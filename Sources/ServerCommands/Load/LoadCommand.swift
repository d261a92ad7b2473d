internal import ArgumentParser
internal import Demo

/// `latchkey load`.
struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Put servers under load, and see how they cope.",
        discussion: """
            Prints for each operation how often it was done and how often it failed, the rate, and how long it took; a \
            histogram; and the causes of failures. Exits with 0 only if nothing failed. It is for servers on this machine, \
            unless it is told otherwise.

            The servers' limits apply: an answer 429 is a failure. See signIn.grantsPerSecond and signIn.grantBurst in \
            `latchkey configuration`.
            """,
        subcommands: [SignIn.self, Session.self, Presence.self]
    )

    struct SignIn: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sign-in",
            abstract: "Agents sign in, each time with a new LoginKey.",
            discussion: """
                Example:
                  latchkey load sign-in --group 12345 --api-key-file api.key --user dana --count 10000 --concurrency 64
                """
        )

        @OptionGroup var load: LoadOptions

        func run() async throws {
            try await load.run { agents, _ in agents }
        }
    }

    struct Session: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Visitors open sessions, agents join them, and both send messages.",
            discussion: """
                With several URLs the agent joins through a different server from the visitor's.

                Example:
                  latchkey load session --group 12345 --api-key-file api.key --user dana --messages 20 \\
                    --url http://127.0.0.1:8081 --url http://127.0.0.1:8082
                """
        )

        @Option(help: "How many messages are sent in each session: 0 to 100,000.") var messages = 10
        @OptionGroup var load: LoadOptions

        func validate() throws {
            guard (0...100_000).contains(messages) else { throw ValidationError("--messages is 0 to 100000") }
        }

        func run() async throws {
            try await load.run { SessionLoad($0, partnerID: load.group, messages: messages, name: $1) }
        }
    }

    struct Presence: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Visitors are present, agents look for them and watch them.",
            discussion: """
                --concurrency is how many visitors are present at once.

                Example:
                  latchkey load presence --group 12345 --api-key-file api.key --user dana --concurrency 100
                """
        )

        @OptionGroup var load: LoadOptions

        func run() async throws {
            try await load.run { PresenceLoad($0, partnerID: load.group, name: $1) }
        }
    }
}
