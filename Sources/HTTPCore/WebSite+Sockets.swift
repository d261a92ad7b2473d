internal import Accounts
internal import WireCodec

extension WebSite {
    /// The URLs of this server's own WebSockets, as a page's policy must name them.
    ///
    /// - Parameter paths: Their paths.
    /// - Returns: One URL for each path and each of our origins, other nodes included.
    package func sockets(_ paths: [String]) -> [String] {
        let own = ownOrigins.compactMap { ServerURL($0.text)?.webSocket }
        let others = otherSessionServers().compactMap { ServerURL(of: $0) }
        let servers = Set((own + others).map(\.text)).sorted()
        return servers.flatMap { server in paths.map { server + $0 } }
    }
}
