/// Base64url without padding for exactly 32 bytes, and only in its canonical spelling.
///
/// Source: RFC 4648 sections 3.5 and 5.
package enum Base64URL {
    /// How many characters 32 bytes take.
    static let characterCount = 43

    private static let digits: InlineArray<64, UInt8> = {
        var digits = InlineArray<64, UInt8>(repeating: 0)
        for index in 0..<26 {
            digits[index] = UInt8(ascii: "A") + UInt8(index)
            digits[26 + index] = UInt8(ascii: "a") + UInt8(index)
        }
        for index in 0..<10 {
            digits[52 + index] = UInt8(ascii: "0") + UInt8(index)
        }
        digits[62] = UInt8(ascii: "-")
        digits[63] = UInt8(ascii: "_")
        return digits
    }()

    /// Spells 32 bytes in 43 characters.
    package static func text(of bytes: InlineArray<32, UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(characterCount)
        var accumulator: UInt32 = 0
        var bitCount = 0
        for index in bytes.indices {
            accumulator = (accumulator << 8) | UInt32(bytes[index])
            bitCount += 8
            while bitCount >= 6 {
                bitCount -= 6
                text.append(digits[Int((accumulator >> UInt32(bitCount)) & 63)])
            }
        }
        text.append(digits[Int((accumulator << 2) & 63)])
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads 43 characters; `nil` if one is not in the alphabet or the last one carries bits that mean nothing.
    package static func bytes(of text: Span<UInt8>) -> InlineArray<32, UInt8>? {
        guard text.count == characterCount else { return nil }
        var bytes = InlineArray<32, UInt8>(repeating: 0)
        var accumulator: UInt32 = 0
        var bitCount = 0
        var written = 0
        for index in text.indices {
            let value = value(of: text[index])
            guard value < 64 else { return nil }
            accumulator = (accumulator << 6) | UInt32(value)
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes[written] = UInt8(truncatingIfNeeded: accumulator >> UInt32(bitCount))
                written += 1
            }
        }
        return accumulator & 0b11 == 0 ? bytes : nil
    }

    private static func value(of character: UInt8) -> UInt8 {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: 64
        }
    }
}
