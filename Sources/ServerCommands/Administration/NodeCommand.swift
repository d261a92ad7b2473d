internal import Accounts
internal import ArgumentParser
internal import ServerApp

/// `latchkey node`.
struct NodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: "See the servers that share a PostgreSQL database, and take one out of use.",
        subcommands: [List.self, Drain.self, Resume.self]
    )

    private struct Row: Encodable {
        let name: String
        let state: String
        let heardSecondsAgo: Int64
        let sessions: Int
        let url: String

        init(_ status: SessionServerStatus) {
            name = status.server.name
            state = status.isLost ? "silent" : status.state.rawValue
            heardSecondsAgo = status.silence
            sessions = status.server.sessions
            url = status.server.url
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the servers: which take sessions, how many they have, and when they were last heard from.",
            discussion: "Example:\n  latchkey node list"
        )

        @OptionGroup var store: StoreOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            try output.print(
                try await store.openRegistry().sessionServers().map(Row.init),
                columns: [
                    ("NAME", { $0.name }), ("STATE", { $0.state }), ("HEARD", { "\($0.heardSecondsAgo) s ago" }),
                    ("SESSIONS", { "\($0.sessions)" }), ("URL", { $0.url }),
                ],
                empty: "No server has used this database yet."
            )
        }
    }

    struct Drain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a server out of use: its sessions continue on the others, and the proxy leaves it.",
            discussion: """
                Sessions move at 50 a second; each is interrupted for about a second. `latchkey node list` shows how many are left.
                It lasts until `latchkey node resume`, or until the server is started again.

                Example:
                  latchkey node drain node1
                """
        )

        @Argument(help: "The server's name, see `latchkey node list`.") var name: String
        @OptionGroup var store: StoreOptions

        func run() async throws {
            try await store.setDraining(true, of: name)
            print("Server \(name) moves its sessions away, and takes no new ones.")
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put a server back into use.",
            discussion: "Example:\n  latchkey node resume node1"
        )

        @Argument(help: "The server's name, see `latchkey node list`.") var name: String
        @OptionGroup var store: StoreOptions

        func run() async throws {
            try await store.setDraining(false, of: name)
            print("Server \(name) takes sessions again.")
        }
    }
}

extension SessionServerStatus {
    /// Whether it should be there and has not been heard from.
    fileprivate var isLost: Bool { state != .stopped && silence >= 15 }
}

extension StoreOptions {
    fileprivate func openRegistry() async throws -> any SessionServerStore {
        guard let registry = try await open(.anyVersion) as? any SessionServerStore else {
            throw CommandFailure("an SQLite file is for one server only: nodes need --database postgresql://…")
        }
        return registry
    }

    /// Takes a server out of use, or puts it to use again.
    fileprivate func setDraining(_ isDraining: Bool, of name: String) async throws {
        let registry = try await openRegistry()
        guard try await registry.sessionServers().contains(where: { $0.server.name == name && $0.state != .stopped })
        else { throw CommandFailure("there is no running server \"\(name)\"; see `latchkey node list`") }
        let event = Administration.event("server \(name) is to \(isDraining ? "drain" : "take sessions")", in: nil)
        try await registry.setDraining(isDraining, name, recording: event)
    }
}
