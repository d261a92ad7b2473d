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
        String(decoding: encode(bytes.span), as: UTF8.self)
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
        var bytes = InlineArray<32, UInt8>(repeating: 0)
        var wrong: UInt32 = 0
        for index in 0..<10 {
            let group = group(text, 4 * index, &wrong)
            bytes[3 * index] = UInt8(truncatingIfNeeded: group >> 16)
            bytes[3 * index + 1] = UInt8(truncatingIfNeeded: group >> 8)
            bytes[3 * index + 2] = UInt8(truncatingIfNeeded: group)
        }
        let rest = value(text[40]) << 12 | value(text[41]) << 6 | value(text[42])
        bytes[30] = UInt8(truncatingIfNeeded: rest >> 10)
        bytes[31] = UInt8(truncatingIfNeeded: rest >> 2)
        wrong |= (value(text[40]) | value(text[41]) | value(text[42])) & ~63 | rest & 3
        return wrong == 0 ? bytes : nil
    }

    /// Reads characters; `nil` if one is not in the alphabet, if their number cannot be, or if the last one carries bits
    /// that mean nothing.
    package static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let text = text.span
        var wrong: UInt32 = 0
        let bytes = [UInt8](capacity: text.count * 3 / 4) { bytes in
            var index = 0
            while index + 4 <= text.count {
                let group = group(text, index, &wrong)
                bytes.append(UInt8(truncatingIfNeeded: group >> 16))
                bytes.append(UInt8(truncatingIfNeeded: group >> 8))
                bytes.append(UInt8(truncatingIfNeeded: group))
                index += 4
            }
            switch text.count - index {
            case 0: break
            case 2:
                let rest = value(text[index]) << 6 | value(text[index + 1])
                wrong |= (value(text[index]) | value(text[index + 1])) & ~63 | rest & 15
                bytes.append(UInt8(truncatingIfNeeded: rest >> 4))
            case 3:
                let values = (value(text[index]), value(text[index + 1]), value(text[index + 2]))
                let rest = values.0 << 12 | values.1 << 6 | values.2
                wrong |= (values.0 | values.1 | values.2) & ~63 | rest & 3
                bytes.append(UInt8(truncatingIfNeeded: rest >> 10))
                bytes.append(UInt8(truncatingIfNeeded: rest >> 2))
            default: wrong = .max
            }
        }
        return wrong == 0 ? bytes : nil
    }

    /// The 24 bits of four characters; `wrong` is no longer 0 if one is not in the alphabet.
    private static func group(_ text: Span<UInt8>, _ index: Int, _ wrong: inout UInt32) -> UInt32 {
        let values = (value(text[index]), value(text[index + 1]), value(text[index + 2]), value(text[index + 3]))
        wrong |= (values.0 | values.1 | values.2 | values.3) & ~63
        return values.0 << 18 | values.1 << 12 | values.2 << 6 | values.3
    }

    /// The value of a character; more than 63 if it is not in the alphabet.
    private static func value(_ character: UInt8) -> UInt32 {
        let character = Int32(character)
        // Each line adds the value and one, if the character lies between the two bounds.
        var value: Int32 = -1
        value &+= (((64 &- character) & (character &- 91)) >> 8) & (character &- 64)
        value &+= (((96 &- character) & (character &- 123)) >> 8) & (character &- 70)
        value &+= (((47 &- character) & (character &- 58)) >> 8) & (character &+ 5)
        value &+= (((44 &- character) & (character &- 46)) >> 8) & 63
        value &+= (((94 &- character) & (character &- 96)) >> 8) & 64
        return UInt32(bitPattern: value)
    }
}
