internal import Accounts

extension WebSite {
    /// The URLs of this server's own WebSockets, as the policy of a page has to name them.
    ///
    /// - Parameter paths: Their paths.
    /// - Returns: One URL for each path and each of our origins.
    package func sockets(_ paths: [String]) -> [String] {
        let servers = ownOrigins.map { "ws" + $0.text.dropFirst("http".count) }.sorted()
        return servers.flatMap { server in paths.map { server + $0 } }
    }
}
