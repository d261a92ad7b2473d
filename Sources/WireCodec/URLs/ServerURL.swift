/// Scheme, host and port: the part of a URL that says which server is meant, and nothing else.
///
/// Up to 280 bytes of printable ASCII; no user, no path. Source: RFC 3986 section 3.2.
package struct ServerURL: Hashable, Sendable, CustomStringConvertible {
    /// How a server is spoken to.
    package enum Scheme: String, Sendable {
        case http, https, ws, wss, smtp, smtps

        /// The port where a URL names none.
        package var usualPort: Int {
            switch self {
            case .http, .ws: 80
            case .https, .wss: 443
            case .smtp: 587
            case .smtps: 465
            }
        }

        /// Whether TLS is spoken from the first byte.
        package var isSecure: Bool { [.https, .wss, .smtps].contains(self) }
    }

    /// How it is spoken to.
    package let scheme: Scheme
    /// A name or an IPv4 address in lower case, or an IPv6 address without its brackets.
    package let host: String
    /// 1 to 65,535.
    package let port: Int

    /// Reads a URL that ends with its host or port, without a slash behind.
    ///
    /// - Returns: `nil` for everything else, such as a scheme that is not in ``Scheme``.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count <= 280, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        let lowered = text.lowercased()
        guard let separator = lowered.firstRange(of: "://"),
            let scheme = Scheme(rawValue: String(lowered[..<separator.lowerBound])),
            let (host, port) = Self.split(lowered[separator.upperBound...])
        else { return nil }
        (self.scheme, self.host, self.port) = (scheme, host, port ?? scheme.usualPort)
    }

    /// The server of a URL, whatever path, query or fragment comes behind.
    ///
    /// - Returns: `nil` for what does not begin with a server.
    package init?(of url: String) {
        guard let start = url.firstRange(of: "://")?.upperBound else { return nil }
        self.init(url[..<(url.utf8[start...].firstIndex { "/?#".utf8.contains($0) } ?? url.endIndex)])
    }

    private init(_ scheme: Scheme, _ host: String, _ port: Int) {
        (self.scheme, self.host, self.port) = (scheme, host, port)
    }

    /// The URL, without a slash at its end and without a port that is the usual one.
    package var text: String { "\(scheme.rawValue)://\(authority)" }

    /// ``text``.
    package var description: String { text }

    /// Host and port, without a port that is the usual one.
    package var authority: String {
        port == scheme.usualPort ? bracketedHost : "\(bracketedHost):\(port)"
    }

    /// The host as it stands in URLs: an IPv6 address has brackets.
    package var bracketedHost: String { host.contains(":") ? "[\(host)]" : host }

    /// The same host and port for WebSockets.
    package var webSocket: Self { Self(scheme.isSecure ? .wss : .ws, host, port) }

    /// The same host and port for HTTP.
    package var web: Self { Self(scheme.isSecure ? .https : .http, host, port) }

    /// Whether it is on this machine, whatever a name server says.
    package var isLoopback: Bool { Self.isLoopback(host) }

    /// Whether a host is this machine: `localhost`, an address of 127.0.0.0/8, or `::1` with or without brackets.
    package static func isLoopback(_ host: some StringProtocol) -> Bool {
        if ["localhost", "::1", "[::1]"].contains(where: { $0 == host }) { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil && $0.utf8.first != 43 }
    }

    // MARK: Reading

    private static func split(_ authority: Substring) -> (host: String, port: Int?)? {
        guard let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") else {
            return host(authority).map { ($0, nil) }
        }
        let digits = authority[authority.index(after: colon)...]
        guard digits.utf8.allSatisfy({ $0 &- 48 < 10 }), let port = UInt16(digits), port > 0,
            let host = host(authority[..<colon])
        else { return nil }
        return (host, Int(port))
    }

    private static func host(_ text: Substring) -> String? {
        if text.hasPrefix("["), text.hasSuffix("]") {
            let address = text.dropFirst().dropLast()
            return !address.isEmpty && address.utf8.allSatisfy("0123456789abcdef:.".utf8.contains)
                && address.contains(":")
                ? String(address) : nil
        }
        let isName = text.utf8.allSatisfy { $0 &- 97 < 26 || $0 &- 48 < 10 || $0 == 45 || $0 == 46 }
        return isName && (1...253).contains(text.utf8.count) ? String(text) : nil
    }
}
