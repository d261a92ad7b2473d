/// Reads JSON (RFC 8259) from front to back.
///
/// Stricter than the RFC asks for: a name may stand once in an object, whatever its case, and objects, numbers and the
/// depth are bounded. Written by hand because a bulk request holds tens of thousands of values.
package struct JSONReader {
    /// How deep arrays and objects may be nested.
    package static let maximumDepth = 32
    /// The most members that an object may have.
    package static let maximumMemberCount = 256
    /// The most characters that a number may have.
    package static let maximumNumberLength = 64

    private let bytes: [UInt8]
    /// The place of the next byte.
    package private(set) var position: Int

    /// Makes a reader that begins at a place.
    package init(_ bytes: [UInt8], at position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    /// The value that a whole text holds.
    package static func value(of bytes: [UInt8]) throws(JSONError) -> JSONValue {
        var reader = Self(bytes)
        let value = try reader.value(depth: 0)
        try reader.expectEnd()
        return value
    }

    /// Only blanks may come.
    package mutating func expectEnd() throws(JSONError) {
        skipBlanks()
        guard position == bytes.count else { throw .malformed }
    }

    /// A string, number, `true`, `false` or `null`.
    package mutating func scalar() throws(JSONError) -> JSONValue {
        switch peek() {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard depth <= Self.maximumDepth else { throw .tooDeep }
        skipBlanks()
        switch peek() {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        default: return try scalar()
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONObject {
        try expect(UInt8(ascii: "{"))
        var object = JSONObject()
        if skip(UInt8(ascii: "}")) { return object }
        repeat {
            skipBlanks()
            let name = try string()
            try expect(UInt8(ascii: ":"))
            let value = try value(depth: depth + 1)
            guard object[name] == nil else { throw .duplicate }
            guard object.members.count < Self.maximumMemberCount else { throw .tooManyMembers }
            object.append(name, value)
        } while skip(UInt8(ascii: ","))
        try expect(UInt8(ascii: "}"))
        return object
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSONValue] {
        try expect(UInt8(ascii: "["))
        var elements: [JSONValue] = []
        if skip(UInt8(ascii: "]")) { return elements }
        repeat {
            elements.append(try value(depth: depth + 1))
        } while skip(UInt8(ascii: ","))
        try expect(UInt8(ascii: "]"))
        return elements
    }

    private func peek() -> UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    /// Skips a byte and the blanks before it; `false` if another one comes.
    package mutating func skip(_ byte: UInt8) -> Bool {
        skipBlanks()
        guard peek() == byte else { return false }
        position += 1
        return true
    }

    /// Skips a byte that has to come, and the blanks before it.
    package mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard skip(byte) else { throw .malformed }
    }

    /// Skips blanks.
    package mutating func skipBlanks() {
        while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            position += 1
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
        guard bytes[position...].starts(with: word.utf8) else { throw .malformed }
        position += word.utf8.count
        return value
    }
}

/// Why a text is no JSON value that is taken.
package enum JSONError: Error {
    case malformed
    case duplicate
    case tooDeep
    case tooManyMembers
}

// MARK: Numbers

extension JSONReader {
    private mutating func number() throws(JSONError) -> String {
        let start = position
        _ = take(UInt8(ascii: "-"))
        let wholeStart = position
        try digits()
        guard bytes[wholeStart] != UInt8(ascii: "0") || position == wholeStart + 1 else { throw .malformed }
        if take(UInt8(ascii: ".")) { try digits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            _ = take(UInt8(ascii: "-")) || take(UInt8(ascii: "+"))
            try digits()
        }
        guard position - start <= Self.maximumNumberLength else { throw .malformed }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func digits() throws(JSONError) {
        let start = position
        while let byte = peek(), byte &- UInt8(ascii: "0") < 10 {
            position += 1
        }
        guard position > start else { throw .malformed }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        position += 1
        return true
    }
}

// MARK: Strings

extension JSONReader {
    /// A string, where its first quote is.
    package mutating func string() throws(JSONError) -> String {
        guard take(UInt8(ascii: "\"")) else { throw .malformed }
        let start = position
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return try text(bytes[start..<(position - 1)])
            case UInt8(ascii: "\\"): return try escapedString(from: start)
            case 0..<0x20: throw .malformed
            default: position += 1
            }
        }
        throw .malformed
    }

    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var decoded = bytes[start..<position]
        while let byte = peek() {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return try text(decoded)
            case UInt8(ascii: "\\"): try appendEscape(to: &decoded)
            case 0..<0x20: throw .malformed
            default: decoded.append(byte)
            }
        }
        throw .malformed
    }

    private func text(_ bytes: ArraySlice<UInt8>) throws(JSONError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .malformed }
        return text
    }

    private mutating func appendEscape(to text: inout ArraySlice<UInt8>) throws(JSONError) {
        guard let byte = peek() else { throw .malformed }
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

    private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let first = try fourDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw .malformed }
        let second = try fourDigits()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
        else { throw .malformed }
        return scalar
    }

    private mutating func fourDigits() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw .malformed
            }
            position += 1
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
