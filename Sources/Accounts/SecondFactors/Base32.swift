/// Base32 without padding, in upper case.
///
/// Source: RFC 4648 section 6.
enum Base32 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    /// Spells bytes.
    static func text(of bytes: [UInt8]) -> String {
        var (buffer, bits) = (UInt32(0), 0)
        var characters: [UInt8] = []
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                characters.append(alphabet[Int(buffer >> UInt32(bits) & 31)])
            }
        }
        if bits > 0 { characters.append(alphabet[Int(buffer << UInt32(5 - bits) & 31)]) }
        return String(decoding: characters, as: UTF8.self)
    }

    /// Reads bytes; `nil` for other characters, and for bits that are left over and not 0.
    static func bytes(of text: String) -> [UInt8]? {
        var (buffer, bits) = (UInt32(0), 0)
        var bytes: [UInt8] = []
        for character in text.utf8 {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            buffer = buffer << 5 | UInt32(value)
            bits += 5
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
            }
        }
        return bits < 5 && buffer & (1 << UInt32(bits) - 1) == 0 ? bytes : nil
    }
}
