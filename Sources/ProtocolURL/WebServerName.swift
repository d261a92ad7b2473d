/// A host name or IPv4 address with an optional port, in lower case: what `<webserver>` in a URL says.
///
/// Two names are the same server only if they are equal; `host` and `host:443` are not.
package struct WebServerName: Hashable, Sendable, CustomStringConvertible {
    /// `host` or `host:port`.
    package let text: String

    /// Reads a name; `nil` if it has a user, a path, brackets, a default or malformed port, or other characters.
    package init?(_ text: String) {
        let lowered = text.utf8.allSatisfy { $0 < 0x80 } ? text.lowercased() : ""
        let parts = lowered.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let host = parts.first, Self.isHost(host) else { return nil }
        if parts.count == 2 {
            guard let port = UInt16(parts[1]), port > 0, "\(port)" == parts[1] else { return nil }
        }
        self.text = lowered
    }

    /// `host` or `host:port`.
    package var description: String { text }

    private static func isHost(_ host: Substring) -> Bool {
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        return host.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                    && label.utf8.allSatisfy { URLByte.isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
            }
    }
}
