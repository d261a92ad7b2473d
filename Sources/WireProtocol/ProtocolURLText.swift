/// The text of a URL for the client as printable ASCII, which is what is handed on.
///
/// Operating systems and form encoders leave non-ASCII text in values raw or escape it; both mean the same
/// (`docs/protocol.md#protocol-urls`).
package struct ProtocolURLText: Equatable, Sendable {
    /// What the URL begins with.
    package let scheme: ProtocolScheme
    /// Printable ASCII, at most ``ProtocolScheme/maximumByteCount`` bytes.
    package let escaped: String

    /// Escapes what is not ASCII in values, and looks no further than the scheme.
    ///
    /// - Parameter text: Printable ASCII, beginning with a scheme and `://`; behind `?` and `=` also non-ASCII text.
    /// - Throws: ``ProtocolURLError/tooLong``, ``ProtocolURLError/unexpectedCharacter`` or
    ///   ``ProtocolURLError/unknownScheme``.
    package init(of text: String) throws(ProtocolURLError) {
        guard text.utf8.count <= ProtocolScheme.maximumByteCount else { throw .tooLong }
        // What was not UTF-8 has been read as this character.
        guard !text.unicodeScalars.contains("\u{FFFD}") else { throw .unexpectedCharacter }
        escaped = try Self.escape(text)
        scheme = try ProtocolScheme(of: escaped)
    }

    private static func escape(_ text: String) throws(ProtocolURLError) -> String {
        guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
        var escaped: [UInt8] = []
        var isInQuery = false
        var isInValue = false
        for byte in text.utf8 {
            switch byte {
            case 0x80...:
                guard isInValue else { throw .unexpectedCharacter }
                escaped += [UInt8(ascii: "%"), hexDigit(byte >> 4), hexDigit(byte & 15)]
                continue
            case UInt8(ascii: "?"): isInQuery = true
            case UInt8(ascii: "="): isInValue = isInQuery
            case UInt8(ascii: "&"): isInValue = false
            default: break
            }
            escaped.append(byte)
        }
        return String(decoding: escaped, as: UTF8.self)
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") - 10 + value
    }
}
