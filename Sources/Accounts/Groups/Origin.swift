/// A web origin in its serialized form: `https://crm.example`, or `http://` with a loopback host.
///
/// Scheme and host in lower case, no default port, no path, no user. Source: RFC 6454 section 6.2.
package struct Origin: Hashable, Sendable, CustomStringConvertible {
    /// The serialized origin.
    package let text: String

    /// Reads an origin as a browser sends it; `nil` if it is not one, is opaque, or is plain `http` off the loopback.
    package init?(_ text: String) {
        guard text.utf8.count <= 255, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        let lowered = text.lowercased()
        guard let scheme = ["https://", "http://"].first(where: { lowered.hasPrefix($0) }) else { return nil }
        let authority = lowered.dropFirst(scheme.count)
        guard let (host, port) = Self.split(authority), Self.isHost(host) else { return nil }
        guard scheme == "https://" || Self.isLoopback(host) else { return nil }
        let isDefaultPort = port.isEmpty || port == (scheme == "https://" ? "443" : "80")
        self.text = scheme + host + (isDefaultPort ? "" : ":" + port)
    }

    /// The serialized origin.
    package var description: String { text }

    /// Whether a host name or address is this machine's own.
    package static func isLoopback(_ host: some StringProtocol) -> Bool {
        host == "localhost" || host.hasSuffix(".localhost") || host == "[::1]" || host == "::1"
            || (host.hasPrefix("127.") && host.utf8.allSatisfy { ($0 >= 48 && $0 <= 57) || $0 == 46 })
    }

    private static func split(_ authority: Substring) -> (host: Substring, port: Substring)? {
        guard let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") else { return (authority, "") }
        let port = authority[authority.index(after: colon)...]
        guard let number = UInt16(port), number > 0, port.utf8.first != 43 else { return nil }
        return (authority[..<colon], port)
    }

    private static func isHost(_ host: Substring) -> Bool {
        if host.hasPrefix("["), host.hasSuffix("]") {
            return host.dropFirst().dropLast().utf8.allSatisfy { "0123456789abcdef:.".utf8.contains($0) }
        }
        return !host.isEmpty
            && host.utf8.allSatisfy { ($0 >= 97 && $0 <= 122) || ($0 >= 48 && $0 <= 57) || $0 == 45 || $0 == 46 }
    }
}
