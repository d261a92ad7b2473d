package import WireCodec

/// A web origin in its serialized form: `https://crm.example`, or `http://` with a host of this machine.
///
/// Scheme and host in lower case, no default port, no path, no user. Source: RFC 6454 section 6.2.
package struct Origin: Hashable, Sendable, CustomStringConvertible {
    /// The serialized origin.
    package let text: String

    /// Reads an origin as a browser sends it; `nil` if it is not one, is opaque, or is plain `http` off this machine.
    package init?(_ text: String) {
        guard let server = ServerURL(text) else { return nil }
        self.init(server)
    }

    /// The origin of the pages of a server; `nil` if it is not one for pages, or is plain `http` off this machine.
    package init?(_ server: ServerURL) {
        guard server.scheme == .https || (server.scheme == .http && Self.isLoopback(server.host)) else { return nil }
        self.text = server.text
    }

    /// The serialized origin.
    package var description: String { text }

    /// Whether browsers treat a host as this machine: names below `localhost` are never looked up elsewhere.
    ///
    /// Source: W3C Secure Contexts, section 3.1.
    package static func isLoopback(_ host: some StringProtocol) -> Bool {
        ServerURL.isLoopback(host) || host.hasSuffix(".localhost")
    }
}
