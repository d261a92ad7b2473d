/// The schemes that operating systems know the launcher by (`docs/protocol.md#protocol-urls`).
package enum ProtocolScheme: String, Hashable, Sendable, CaseIterable {
    /// What existing pages send; registered by default.
    case glancepanorama
    /// Also used by unrelated software; registered by choice.
    case glance

    /// The most bytes a URL may have (`docs/threats.md#url-injection`).
    package static let maximumByteCount = 2048

    /// The scheme of a text that could be a URL for the client, as far as that shows without reading what follows.
    ///
    /// - Parameter text: Printable ASCII, at most ``maximumByteCount`` bytes, beginning with a scheme and `://`.
    /// - Throws: ``ProtocolURLError/tooLong``, ``ProtocolURLError/unexpectedCharacter`` or
    ///   ``ProtocolURLError/unknownScheme``.
    init(of text: String) throws(ProtocolURLError) {
        guard text.utf8.count <= Self.maximumByteCount else { throw .tooLong }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .unexpectedCharacter }
        let colon = text.firstIndex(of: ":") ?? text.endIndex
        guard let scheme = Self(rawValue: text[..<colon].lowercased()), text[colon...].hasPrefix("://") else {
            throw .unknownScheme
        }
        self = scheme
    }
}
