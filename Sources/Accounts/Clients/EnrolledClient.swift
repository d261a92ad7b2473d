/// A client on one computer that a user has connected: launch tickets work only in its hands
/// (`docs/threats.md#stolen-scheme`).
package struct EnrolledClient: Hashable, Sendable {
    /// The client proves that it has the matching private key.
    package var key: ClientKey
    /// When the user connected it, in Unix seconds.
    package var enrolledAt: Int64

    /// Makes a record.
    package init(key: ClientKey, enrolledAt: Int64) {
        self.key = key
        self.enrolledAt = enrolledAt
    }
}

/// A client's public key: Ed25519, as 43 base64url characters.
///
/// Source: RFC 8032 section 5.1.5.
package struct ClientKey: Hashable, Sendable, CustomStringConvertible {
    /// The characters.
    package let text: String

    /// Reads a key; `nil` unless it is 43 base64url characters.
    ///
    /// Whether it is a point on the curve is not checked.
    package init?(_ text: String) {
        guard text.utf8.count == 43,
            text.utf8.allSatisfy({ $0 &- 48 < 10 || ($0 | 0x20) &- 97 < 26 || $0 == 45 || $0 == 95 })
        else { return nil }
        self.text = text
    }

    /// The characters.
    package var description: String { text }
}
