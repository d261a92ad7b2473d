internal import FoundationEssentials
internal import HTTPCore

/// An address that may be fetched, as far as its text tells: what its host's name stands for is looked at later.
struct PublicAddress: Equatable, Sendable {
    /// The most bytes of an address.
    static let maximumByteCount = 2000

    let scheme: String
    /// In lower case: a name, an IPv4 address, or an IPv6 address without brackets.
    let host: String
    let port: Int
    /// Path and query.
    let target: String

    /// Reads an address; `nil` if it is not one of `http` or `https`, names a user, or has a port of its own.
    ///
    /// - Parameters:
    ///   - text: What is given.
    ///   - base: What it is relative to, for a redirect.
    ///   - isAnyPort: Whether ports of its own are allowed.
    init?(_ text: String, relativeTo base: Self? = nil, isAnyPort: Bool = false) {
        guard text.utf8.count <= Self.maximumByteCount, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let url = URL(string: text, relativeTo: base.flatMap { URL(string: $0.url) })?.absoluteURL,
            let parts = URLComponents(url: url, resolvingAgainstBaseURL: true),
            let scheme = parts.scheme?.lowercased(), scheme == "http" || scheme == "https",
            parts.user == nil, parts.password == nil, let host = parts.host.flatMap(Self.host)
        else { return nil }
        let usual = scheme == "https" ? 443 : 80
        let port = parts.port ?? usual
        guard port == usual || isAnyPort, (1...65535).contains(port) else { return nil }
        let path = parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath
        let target = path + (parts.percentEncodedQuery.map { "?" + $0 } ?? "")
        guard path.hasPrefix("/"), target.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        (self.scheme, self.host, self.port, self.target) = (scheme, host, port, target)
    }

    /// The address, written anew from what was read of it.
    var url: String {
        "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)\(target)"
    }

    private static func host(_ text: String) -> String? {
        let host = text.lowercased()
        if host.hasPrefix("["), host.hasSuffix("]") { return IPAddress(host.dropFirst().dropLast())?.text }
        if host.contains(":") { return IPAddress(host)?.text }
        let isName = host.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        }
        return isName && !host.isEmpty ? host : nil
    }
}
