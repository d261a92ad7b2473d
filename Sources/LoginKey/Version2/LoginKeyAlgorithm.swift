/// How a version 2 key is signed.
public enum LoginKeyAlgorithm: String, Hashable, Sendable, CaseIterable {
    /// HMAC-SHA-256 with an API key: 32 bytes.
    case hs256 = "HS256"
    /// Ed25519 (RFC 8032), without a context: 64 bytes.
    case ed25519 = "Ed25519"

    init?(_ text: Span<UInt8>) {
        switch text.count {
        case 5: self = .hs256
        case 7: self = .ed25519
        default: return nil
        }
        guard text.hasSameBytes(as: rawValue.utf8.span) else { return nil }
    }
}
