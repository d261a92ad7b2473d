/// How a version 2 key is signed.
public enum LoginKeyAlgorithm: String, Hashable, Sendable, CaseIterable {
    /// HMAC-SHA-256 with an API key: 32 bytes.
    case hs256 = "HS256"
    /// Ed25519 (RFC 8032), without a context: 64 bytes.
    case ed25519 = "Ed25519"

    init?(_ text: Span<UInt8>) {
        guard let algorithm = Self.allCases.first(where: { $0.rawValue.utf8.span.hasSameBytes(as: text) }) else {
            return nil
        }
        self = algorithm
    }
}
