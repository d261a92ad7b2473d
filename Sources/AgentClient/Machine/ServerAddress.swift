package import ProtocolURL

/// A server that this client is configured for: `https://host[:port]`, or `http://` on the loopback.
package struct ServerAddress: Hashable, Sendable, CustomStringConvertible {
    /// The URL, without a slash at its end.
    package let text: String
    /// The name that `<webserver>` in a protocol URL has to be equal to.
    package let name: WebServerName

    /// Reads an address; `nil` if it is not one, has a path or a user, or would send credentials in the clear.
    package init?(_ text: String) {
        let trimmed = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard let scheme = ["https://", "http://"].first(where: { trimmed.hasPrefix($0) }),
            let name = WebServerName(String(trimmed.dropFirst(scheme.count)))
        else { return nil }
        let host = name.text.split(separator: ":").first ?? ""
        guard scheme == "https://" || host == "localhost" || Self.isLoopback(host) else { return nil }
        self.text = scheme + name.text
        self.name = name
    }

    /// The URL.
    package var description: String { text }

    /// Whether a session server's URL is as safe as this server: `wss:`, or `ws:` where this one is plain too.
    package func allows(sessionServer url: String) -> Bool {
        url.hasPrefix("wss://") || (text.hasPrefix("http://") && url.hasPrefix("ws://"))
    }

    /// Whether a page that the server names is one for a browser, and as safe as this server: `https:`, or `http:` where this
    /// one is plain too.
    func allows(page url: String) -> Bool {
        url.hasPrefix("https://") || (text.hasPrefix("http://") && url.hasPrefix("http://"))
    }

    private static func isLoopback(_ host: Substring) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
