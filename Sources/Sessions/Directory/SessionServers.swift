/// The session servers that new sessions can be put on.
package struct SessionServers: Sendable {
    /// One session server.
    package struct Server: Sendable {
        /// The name by which server keys and records know it.
        package var name: String
        /// Where participants connect: a `ws:` or `wss:` URL.
        package var url: String

        /// Makes a server.
        package init(name: String, url: String) {
            self.name = name
            self.url = url
        }
    }

    private let first: Server
    private let others: [Server]

    /// Makes a list of one server at least.
    package init(_ first: Server, _ others: [Server] = []) {
        self.first = first
        self.others = others
    }

    /// The server for the next session: any of them, with equal chances.
    package func choose(using generator: inout some RandomNumberGenerator) -> Server {
        let index = Int.random(in: 0...others.count, using: &generator)
        return index == 0 ? first : others[index - 1]
    }

    /// The server of that name; `nil` if it is not one of ours.
    package func server(_ name: String) -> Server? {
        first.name == name ? first : others.first { $0.name == name }
    }
}
