internal import ServerApp
internal import WireCodec

/// The servers that are put under load.
package struct LoadTarget: Sendable {
    /// Of which each number has its own in turn.
    let servers: [ServerURL]
    private let mayBeRemote: Bool

    /// Names them.
    ///
    /// - Parameters:
    ///   - urls: `http://host:port`, of one server or of several over one database.
    ///   - mayBeRemote: Whether they may be on other machines.
    /// - Throws: ``CommandFailure`` if they may not, and are.
    package init(_ urls: [String], mayBeRemote: Bool) throws {
        self.mayBeRemote = mayBeRemote
        self.servers = try urls.map { url in
            guard let server = ServerURL(url.hasSuffix("/") ? String(url.dropLast()) : url) else {
                throw CommandFailure("\(url) is not the URL of a server")
            }
            return server
        }
        for server in servers { try check(server) }
    }

    func browser(_ number: Int) -> WalkthroughBrowser {
        WalkthroughBrowser(baseURL: servers[number % servers.count].text)
    }

    /// The address of a WebSocket on a server.
    func socket(_ path: String, _ number: Int) -> String {
        servers[number % servers.count].webSocket.text + path
    }

    /// Makes sure that an address, also one that a server has named, may be used.
    func check(_ url: String) throws {
        guard let server = ServerURL(of: url) else { throw CommandFailure("\(url) is not the URL of a server") }
        try check(server)
    }

    private func check(_ server: ServerURL) throws {
        guard mayBeRemote || server.isLoopback else {
            throw CommandFailure(
                "\(server.host) is not on this machine: --allow-remote sends the load there; use it on servers of your "
                    + "own alone"
            )
        }
    }
}
