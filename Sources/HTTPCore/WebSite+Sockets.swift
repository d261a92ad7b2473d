internal import Accounts

extension WebSite {
    /// The URLs of this server's own WebSockets, as the policy of a page has to name them.
    ///
    /// - Parameter paths: Their paths.
    /// - Returns: One URL for each path and each of our origins, other nodes included.
    package func sockets(_ paths: [String]) -> [String] {
        let others = otherSessionServers().map { $0.split(separator: "/").prefix(2).joined(separator: "//") }
        let servers = Set(ownOrigins.map { "ws" + $0.text.dropFirst("http".count) } + others).sorted()
        return servers.flatMap { server in paths.map { server + $0 } }
    }
}
