extension FieldSet {
    /// Adds the members of a flat JSON object: strings, whole numbers, `true`, `false` and `null`.
    ///
    /// Numbers are kept as they are spelled, because `partnerid` arrives as a number or as text; a `null` counts as a
    /// missing parameter. Nested values are refused. Reads bytes from front to back, without a document in between.
    package mutating func add(json: [UInt8]) throws(FieldError) {
        var reader = FlatJSONReader(bytes: json)
        try reader.expect(UInt8(ascii: "{"))
        if reader.skip(UInt8(ascii: "}")) { return try reader.expectEnd() }
        var seen: [String] = []
        repeat {
            let name = try reader.string()
            try reader.expect(UInt8(ascii: ":"))
            if let value = try reader.scalar() {
                try add(name: name, value: value)
            } else {
                guard !seen.contains(name.lowercased()), seen.count < Self.maximumCount else { throw .duplicate }
                seen.append(name.lowercased())
            }
        } while reader.skip(UInt8(ascii: ","))
        guard seen.allSatisfy({ self[$0] == nil }) else { throw .duplicate }
        try reader.expect(UInt8(ascii: "}"))
        try reader.expectEnd()
    }
}

/// Reads the tokens of a flat JSON object (RFC 8259).
private struct FlatJSONReader {
    private let bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func expect(_ byte: UInt8) throws(FieldError) {
        guard skip(byte) else { throw .malformed }
    }

    mutating func expectEnd() throws(FieldError) {
        skipBlanks()
        guard position == bytes.count else { throw .malformed }
    }

    mutating func skip(_ byte: UInt8) -> Bool {
        skipBlanks()
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    /// A string, number or Boolean as text; `nil` for `null`.
    mutating func scalar() throws(FieldError) -> String? {
        skipBlanks()
        guard position < bytes.count else { throw .malformed }
        switch bytes[position] {
        case UInt8(ascii: "\""): return try string()
        case UInt8(ascii: "t"): return try literal("true")
        case UInt8(ascii: "f"): return try literal("false")
        case UInt8(ascii: "n"):
            _ = try literal("null")
            return nil
        default: return try wholeNumber()
        }
    }

    mutating func string() throws(FieldError) -> String {
        try expect(UInt8(ascii: "\""))
        var text: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else { throw .malformed }
                return string
            case UInt8(ascii: "\\"): try appendEscape(to: &text)
            case 0..<0x20: throw .malformed
            default: text.append(byte)
            }
        }
        throw .malformed
    }

    private mutating func literal(_ word: String) throws(FieldError) -> String {
        guard bytes[position...].starts(with: word.utf8) else { throw .malformed }
        position += word.utf8.count
        return word
    }

    private mutating func wholeNumber() throws(FieldError) -> String {
        let start = position
        while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 {
            position += 1
        }
        let digits = bytes[start..<position]
        guard (1...19).contains(digits.count), digits.count == 1 || digits.first != UInt8(ascii: "0") else {
            throw .malformed
        }
        return String(decoding: digits, as: UTF8.self)
    }

    private mutating func appendEscape(to text: inout [UInt8]) throws(FieldError) {
        guard position < bytes.count else { throw .malformed }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: String(try unicodeEscape()).utf8)
        default: throw .malformed
        }
    }

    private mutating func unicodeEscape() throws(FieldError) -> Unicode.Scalar {
        let first = try fourDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800..<0xDC00).contains(first), skipEscapePrefix() else { throw .malformed }
        let second = try fourDigits()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
        else { throw .malformed }
        return scalar
    }

    private mutating func skipEscapePrefix() -> Bool {
        guard bytes[position...].starts(with: "\\u".utf8) else { return false }
        position += 2
        return true
    }

    private mutating func fourDigits() throws(FieldError) -> UInt32 {
        guard position + 4 <= bytes.count else { throw .malformed }
        let digits = bytes[position..<position + 4]
        guard digits.allSatisfy({ ($0 &- 48 < 10) || (($0 | 0x20) &- 97 < 6) }),
            let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw .malformed }
        position += 4
        return value
    }

    private mutating func skipBlanks() {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) {
            position += 1
        }
    }
}
