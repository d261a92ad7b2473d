/// Ed25519 keys in the two files that OpenSSL writes (RFC 7468, RFC 8410): each is a fixed head and 32 bytes.
enum PEM {
    /// SubjectPublicKeyInfo up to the key.
    static let publicKeyHead: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]
    /// PrivateKeyInfo up to the seed.
    static let privateKeyHead: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]
    /// How much text is looked at.
    private static let maximumByteCount = 4096

    /// The bytes behind a fixed head; `nil` for another head, label or text around it.
    static func content(of text: String, label: String, behind head: [UInt8]) -> [UInt8]? {
        guard text.utf8.count <= maximumByteCount else { return nil }
        let lines = text.split(whereSeparator: \.isNewline).map(trimmed).filter { !$0.isEmpty }
        guard lines.count >= 3, lines.first == "-----BEGIN \(label)-----", lines.last == "-----END \(label)-----",
            let bytes = decode(lines.dropFirst().dropLast().joined()), bytes.starts(with: head)
        else { return nil }
        return Array(bytes.dropFirst(head.count))
    }

    /// Reads Base64 or base64url, padded or not, with white space around it.
    static func decode(_ text: String) -> [UInt8]? {
        guard text.utf8.count <= maximumByteCount else { return nil }
        var bytes = Array(trimmed(text[...]).utf8)
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: "+"): bytes[index] = UInt8(ascii: "-")
            case UInt8(ascii: "/"): bytes[index] = UInt8(ascii: "_")
            default: break
            }
        }
        while bytes.last == UInt8(ascii: "=") {
            bytes.removeLast()
        }
        return Base64URL.decode(bytes[...])
    }

    /// Writes bytes, which fit on one line.
    static func text(_ bytes: [UInt8], label: String) -> String {
        var text = Base64URL.encode(bytes.span)
            .map { byte in
                switch byte {
                case UInt8(ascii: "-"): UInt8(ascii: "+")
                case UInt8(ascii: "_"): UInt8(ascii: "/")
                default: byte
                }
            }
        text += [UInt8](repeating: UInt8(ascii: "="), count: (4 - text.count % 4) % 4)
        return "-----BEGIN \(label)-----\n\(String(decoding: text, as: UTF8.self))\n-----END \(label)-----\n"
    }

    private static func trimmed(_ text: Substring) -> String {
        let isBlank = { (character: Character) in character.isWhitespace || character == "\u{FEFF}" }
        return String(text.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
