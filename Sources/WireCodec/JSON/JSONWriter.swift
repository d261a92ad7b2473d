/// Writes a JSON object from front to back into bytes, for the bodies that are answered most often.
///
/// Names that are static strings are written as they are; other names, and values, are escaped (RFC 8259 section 7).
package struct JSONWriter: Sendable {
    /// What was written so far.
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// Makes a writer with room for `capacity` bytes.
    package init(capacity: Int = 512) {
        bytes.reserveCapacity(capacity)
    }

    /// The bytes of one object.
    package static func object(capacity: Int = 512, _ write: (inout Self) -> Void) -> [UInt8] {
        var writer = Self(capacity: capacity)
        writer.object(write)
        return writer.bytes
    }

    /// The bytes of an object of strings, in the order of their names.
    package static func object(of members: [String: String]) -> [UInt8] {
        object { json in
            for (name, value) in members.sorted(by: { $0.key < $1.key }) {
                json.member(named: name, value)
            }
        }
    }

    /// Adds a member whose value is a string, escaped.
    package mutating func member(_ name: StaticString, _ value: String) {
        begin(name)
        string(value)
    }

    /// Adds a member whose name is escaped too, and whose value is a string.
    package mutating func member(named name: String, _ value: String) {
        begin(named: name)
        string(value)
    }

    /// Adds a member whose name is escaped too, and whose value is `true` or `false`.
    package mutating func member(named name: String, _ value: Bool) {
        begin(named: name)
        raw(value ? "true" : "false")
    }

    /// Adds a member whose name is escaped too, and whose value is JSON already.
    package mutating func member(named name: String, json: [UInt8]) {
        begin(named: name)
        bytes.append(contentsOf: json)
    }

    /// Adds a member whose value is a whole number.
    package mutating func member(_ name: StaticString, _ value: Int64) {
        begin(name)
        digits(value)
    }

    /// Adds a member whose value is `true` or `false`.
    package mutating func member(_ name: StaticString, _ value: Bool) {
        begin(name)
        raw(value ? "true" : "false")
    }

    /// Adds a member whose value is JSON already.
    package mutating func member(_ name: StaticString, json: [UInt8]) {
        begin(name)
        bytes.append(contentsOf: json)
    }

    /// Adds a member whose value is text without a character that JSON escapes, appended piece by piece.
    package mutating func member(_ name: StaticString, plain append: (inout [UInt8]) -> Void) {
        begin(name)
        bytes.append(UInt8(ascii: "\""))
        append(&bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Adds members that are the same in every object of a kind, as JSON: `"a":null,"b":0`.
    package mutating func constantMembers(_ json: StaticString) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
        raw(json)
    }

    /// Adds a member whose value is `null`.
    package mutating func null(_ name: StaticString) {
        begin(name)
        raw("null")
    }

    /// Adds a member whose value is an array of strings.
    package mutating func member(_ name: StaticString, _ values: some Sequence<String>) {
        begin(name)
        array(values)
    }

    /// Writes an array of strings.
    package mutating func array(_ values: some Sequence<String>) {
        bytes.append(UInt8(ascii: "["))
        var isFirst = true
        for value in values {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            string(value)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// Writes an object; what it has is written by the function.
    package mutating func object(_ write: (inout Self) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        needsComma = false
        write(&self)
        bytes.append(UInt8(ascii: "}"))
        needsComma = true
    }

    /// Writes one string value.
    package mutating func string(_ value: String) {
        bytes.append(UInt8(ascii: "\""))
        if Self.isPlain(value.utf8.span) {
            bytes.append(contentsOf: value.utf8)
        } else {
            for byte in value.utf8 {
                append(escaped: byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func begin(_ name: StaticString) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
        bytes.append(UInt8(ascii: "\""))
        raw(name)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func begin(named name: String) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
        string(name)
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { buffer in
            unsafe bytes.append(contentsOf: buffer)
        }
    }

    private static func isPlain(_ text: Span<UInt8>) -> Bool {
        for index in text.indices {
            let byte = text[index]
            guard byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else { return false }
        }
        return true
    }

    private mutating func digits(_ value: Int64) {
        bytes.append(contentsOf: String(value).utf8)
    }

    private mutating func append(escaped byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case 0..<0x20:
            let hexadecimal = Array("0123456789abcdef".utf8)
            bytes.append(contentsOf: "\\u00".utf8)
            bytes.append(hexadecimal[Int(byte >> 4)])
            bytes.append(hexadecimal[Int(byte & 15)])
        default:
            bytes.append(byte)
        }
    }
}
