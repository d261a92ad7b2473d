/// Base64url without padding, and only in its canonical spelling.
///
/// Characters are reckoned and not looked up: whatever is spelled, it takes the same time.
///
/// Source: RFC 4648 sections 3.5 and 5.
package enum Base64URL {
    /// How many characters 32 bytes take.
    static let characterCount = 43

    // MARK: Spelling

    /// Spells 32 bytes in 43 characters.
    package static func text(of bytes: InlineArray<32, UInt8>) -> String {
        text(of: bytes.span)
    }

    /// Spells some bytes.
    package static func text(of bytes: Span<UInt8>) -> String {
        String(decoding: encode(bytes), as: UTF8.self)
    }

    /// Spells some bytes, as ASCII.
    package static func encode(_ bytes: Span<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        append(bytes, to: &text)
        return text
    }

    /// Appends the characters of some bytes, as ASCII.
    package static func append(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
        text.append(addingCapacity: (bytes.count * 4 + 2) / 3) { text in
            var index = 0
            while index + 3 <= bytes.count {
                let group = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
                text.append(character(group >> 18))
                text.append(character(group >> 12 & 63))
                text.append(character(group >> 6 & 63))
                text.append(character(group & 63))
                index += 3
            }
            switch bytes.count - index {
            case 1:
                let group = UInt32(bytes[index])
                text.append(character(group >> 2))
                text.append(character(group << 4 & 63))
            case 2:
                let group = UInt32(bytes[index]) << 8 | UInt32(bytes[index + 1])
                text.append(character(group >> 10))
                text.append(character(group >> 4 & 63))
                text.append(character(group << 2 & 63))
            default: break
            }
        }
    }

    private static func character(_ value: UInt32) -> UInt8 {
        let value = Int32(truncatingIfNeeded: value)
        // Each line moves on what is above the end of a range: A–Z, a–z, 0–9 and the minus sign.
        var character = value &+ 65
        character &+= ((25 &- value) >> 8) & 6
        character &-= ((51 &- value) >> 8) & 75
        character &-= ((61 &- value) >> 8) & 13
        character &+= ((62 &- value) >> 8) & 49
        return UInt8(truncatingIfNeeded: character)
    }

    // MARK: Reading

    /// Reads 43 characters; `nil` if one is not in the alphabet or the last one carries bits that mean nothing.
    package static func bytes(of text: Span<UInt8>) -> InlineArray<32, UInt8>? {
        guard text.count == characterCount else { return nil }
        // Value 0 stands for the 44th character. The loops are plain, so that the compiler takes many bytes at a time.
        var values = InlineArray<48, UInt8>(repeating: UInt8(ascii: "A"))
        for index in 0..<characterCount {
            values[index] = text[index]
        }
        var all: UInt8 = 0
        for index in 0..<48 {
            values[index] = value(values[index])
            all |= values[index]
        }
        guard all < 64, values[42] & 3 == 0 else { return nil }
        var bytes = InlineArray<32, UInt8>(repeating: 0)
        for group in 0..<10 {
            bytes[3 * group] = values[4 * group] << 2 | values[4 * group + 1] >> 4
            bytes[3 * group + 1] = values[4 * group + 1] << 4 | values[4 * group + 2] >> 2
            bytes[3 * group + 2] = values[4 * group + 2] << 6 | values[4 * group + 3]
        }
        bytes[30] = values[40] << 2 | values[41] >> 4
        bytes[31] = values[41] << 4 | values[42] >> 2
        return bytes
    }

    /// Reads characters; `nil` if one is not in the alphabet, if their number cannot be, or if the last one carries bits
    /// that mean nothing.
    package static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        decode(text.span)
    }

    /// The same of a part of a longer text.
    static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        var wrong: UInt8 = text.count % 4 == 1 ? 64 : 0
        let bytes = [UInt8](capacity: text.count * 3 / 4) { bytes in
            var group: UInt32 = 0
            for index in text.indices {
                let value = value(text[index])
                wrong |= value
                group = group << 6 | UInt32(value)
                if index % 4 == 3 {
                    bytes.append(UInt8(truncatingIfNeeded: group >> 16))
                    bytes.append(UInt8(truncatingIfNeeded: group >> 8))
                    bytes.append(UInt8(truncatingIfNeeded: group))
                }
            }
            switch text.count % 4 {
            case 2:
                bytes.append(UInt8(truncatingIfNeeded: group >> 4))
                if group & 15 != 0 { wrong = 64 }
            case 3:
                bytes.append(UInt8(truncatingIfNeeded: group >> 10))
                bytes.append(UInt8(truncatingIfNeeded: group >> 2))
                if group & 3 != 0 { wrong = 64 }
            default: break
            }
        }
        return wrong < 64 ? bytes : nil
    }

    /// Whether characters spell bytes in the one way that there is.
    static func isCanonical(_ text: Span<UInt8>) -> Bool {
        // Plain, so that the compiler takes many bytes at a time.
        var all: UInt8 = 0
        for index in text.indices {
            all |= value(text[index])
        }
        guard all < 64 else { return false }
        switch text.count % 4 {
        case 1: return false
        case 2: return value(text[text.count - 1]) & 15 == 0
        case 3: return value(text[text.count - 1]) & 3 == 0
        default: return true
        }
    }

    /// The value of a character; more than 63 if it is not in the alphabet.
    private static func value(_ character: UInt8) -> UInt8 {
        var value: UInt8 = 255
        value = character &- UInt8(ascii: "A") < 26 ? character &- UInt8(ascii: "A") : value
        value = character &- UInt8(ascii: "a") < 26 ? character &- (UInt8(ascii: "a") - 26) : value
        value = character &- UInt8(ascii: "0") < 10 ? character &+ (52 - UInt8(ascii: "0")) : value
        value = character == UInt8(ascii: "-") ? 62 : value
        value = character == UInt8(ascii: "_") ? 63 : value
        return value
    }
}
