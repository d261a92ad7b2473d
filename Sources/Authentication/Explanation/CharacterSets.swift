/// Eight-bit character sets, as far as they damage texts.
enum CharacterSets {
    /// What UTF-8 looks like when read as text with eight bits a character.
    static func mojibake(_ text: String, _ character: (UInt8) -> Unicode.Scalar) -> String {
        String(String.UnicodeScalarView(text.utf8.map(character)))
    }

    /// The bytes of a text in Latin-1; `nil` if it has other characters.
    static func latin1Bytes(_ text: String) -> [UInt8]? {
        let bytes = text.unicodeScalars.compactMap { UInt8(exactly: $0.value) }
        return bytes.count == text.unicodeScalars.count ? bytes : nil
    }

    static func latin1(_ byte: UInt8) -> Unicode.Scalar {
        Unicode.Scalar(byte)
    }

    /// Source: the WHATWG Encoding standard, index windows-1252.
    static func windows1252(_ byte: UInt8) -> Unicode.Scalar {
        guard byte >= 0x80, byte < 0xA0 else { return Unicode.Scalar(byte) }
        return high[Int(byte) - 0x80]
    }

    private static let high: [Unicode.Scalar] = [
        "\u{20AC}", "\u{81}", "\u{201A}", "\u{192}", "\u{201E}", "\u{2026}", "\u{2020}", "\u{2021}",
        "\u{2C6}", "\u{2030}", "\u{160}", "\u{2039}", "\u{152}", "\u{8D}", "\u{17D}", "\u{8F}",
        "\u{90}", "\u{2018}", "\u{2019}", "\u{201C}", "\u{201D}", "\u{2022}", "\u{2013}", "\u{2014}",
        "\u{2DC}", "\u{2122}", "\u{161}", "\u{203A}", "\u{153}", "\u{9D}", "\u{17E}", "\u{178}",
    ]
}
