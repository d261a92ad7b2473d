package import Accounts
package import WireCodec

/// Where this installation is reached.
package struct WebSite: Sendable {
    /// The URL that people and integrations use.
    package let publicURL: ServerURL
    /// All origins that our own pages are loaded from.
    package let ownOrigins: Set<Origin>
    /// The WebSocket URLs of the session server here.
    package let sessionServers: [String]
    /// The WebSocket URLs of the session servers of other nodes, as far as they are known now.
    package var otherSessionServers: @Sendable () -> [String] = { [] }
    /// Where agents find the client to install it; empty if they have to ask their administrator.
    package let installURL: String
    /// The proxies in front of it.
    package let trustedProxies: TrustedProxies
    /// The cookie of a sign-in.
    package let cookie: SessionCookie

    /// Describes the site.
    ///
    /// - Parameters:
    ///   - publicURL: Of `https` or `http`.
    ///   - aliases: Other origins at which the same server is reached.
    ///   - sessionServers: `ws:` or `wss:` URLs.
    ///   - installURL: Where agents find the client; empty for none.
    ///   - trustedProxies: The proxies that are trusted about where requests come from.
    package init(
        publicURL: ServerURL,
        aliases: [ServerURL] = [],
        sessionServers: [String],
        installURL: String = "",
        trustedProxies: TrustedProxies = .none
    ) {
        self.trustedProxies = trustedProxies
        self.publicURL = publicURL
        self.ownOrigins = Set(([publicURL] + aliases).compactMap { Origin($0) })
        self.sessionServers = sessionServers
        self.installURL = installURL
        self.cookie = SessionCookie(isSecure: Origin(publicURL) != nil)
    }

    /// The WebSocket URLs of all session servers.
    package var allSessionServers: [String] {
        sessionServers + otherSessionServers().filter { !sessionServers.contains($0) }
    }
}
