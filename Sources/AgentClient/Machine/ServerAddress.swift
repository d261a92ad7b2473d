package import ProtocolURL
internal import WireCodec

/// A server that this client is configured for: `https://host[:port]`, or `http://` on the loopback.
package struct ServerAddress: Hashable, Sendable, CustomStringConvertible {
    /// The URL, without a slash at its end.
    package let text: String
    /// What people call it: `<webserver>` in a protocol URL is this name, with or without the usual port.
    package let name: WebServerName
    private let nameWithPort: WebServerName?

    /// Reads an address; `nil` if it is not one, has a path or a user, or would send credentials in the clear.
    package init?(_ text: String) {
        let trimmed = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard let server = ServerURL(trimmed), let name = WebServerName(server.authority),
            server.scheme == .https || (server.scheme == .http && server.isLoopback)
        else { return nil }
        self.text = server.text
        self.name = name
        self.nameWithPort = WebServerName("\(server.bracketedHost):\(server.port)")
    }

    /// The URL.
    package var description: String { text }

    /// Whether `<webserver>` of a protocol URL means this server.
    func isNamed(_ name: WebServerName) -> Bool { name == self.name || name == nameWithPort }

    /// Whether a session server's URL is as safe as this server: `wss:`, or `ws:` where this one is plain too.
    package func allows(sessionServer url: String) -> Bool {
        url.hasPrefix("wss://") || (text.hasPrefix("http://") && url.hasPrefix("ws://"))
    }

    /// Whether a page that the server names is one for a browser, and as safe as this server: `https:`, or `http:` where this
    /// one is plain too.
    func allows(page url: String) -> Bool {
        url.hasPrefix("https://") || (text.hasPrefix("http://") && url.hasPrefix("http://"))
    }
}
