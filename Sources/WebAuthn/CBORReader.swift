/// Reads CBOR from front to back, as far as authenticators send it.
///
/// Stricter than the format: lengths are definite and in their shortest form, a key stands once in a map, texts are UTF-8;
/// there are no tags and no fractions. Size, depth and the number of elements are bounded.
///
/// Source: RFC 8949; CTAP 2 "canonical CBOR encoding form".
struct CBORReader {
    /// The most bytes that are read.
    static let maximumLength = 16 * 1024
    /// How deep arrays and maps may be nested.
    static let maximumDepth = 4
    /// The most elements of an array, and members of a map.
    static let maximumCount = 64

    private let bytes: [UInt8]
    /// The place of the next byte.
    private(set) var position: Int

    /// Makes a reader that begins at a place.
    init(_ bytes: [UInt8], at position: Int = 0) throws(WebAuthnError) {
        guard bytes.count <= Self.maximumLength, (0...bytes.count).contains(position) else { throw .malformedCBOR }
        self.bytes = bytes
        self.position = position
    }

    /// The value that all of some bytes are.
    static func value(of bytes: [UInt8]) throws(WebAuthnError) -> CBORValue {
        var reader = try Self(bytes)
        let value = try reader.value()
        guard reader.isAtEnd else { throw .malformedCBOR }
        return value
    }

    /// Whether nothing comes any more.
    var isAtEnd: Bool { position == bytes.count }

    /// The next value.
    mutating func value() throws(WebAuthnError) -> CBORValue {
        try value(depth: 0)
    }

    private mutating func value(depth: Int) throws(WebAuthnError) -> CBORValue {
        guard depth <= Self.maximumDepth else { throw .malformedCBOR }
        let first = try byte()
        let kind = first >> 5
        guard kind < 6 else { return try simple(first) }
        let number = try number(first & 31)
        switch kind {
        case 0: return .unsigned(number)
        case 1: return .negative(number)
        case 2: return .bytes(try take(number))
        case 3: return .text(try text(number))
        case 4: return .array(try array(number, depth))
        default: return .map(try map(number, depth))
        }
    }

    private func simple(_ first: UInt8) throws(WebAuthnError) -> CBORValue {
        switch first {
        case 0xF4: .bool(false)
        case 0xF5: .bool(true)
        case 0xF6: .null
        default: throw .malformedCBOR
        }
    }

    /// The number that belongs to a first byte, in its shortest form.
    private mutating func number(_ information: UInt8) throws(WebAuthnError) -> UInt64 {
        guard information >= 24 else { return UInt64(information) }
        guard information < 28 else { throw .malformedCBOR }
        let width = 1 << Int(information - 24)
        let number = try take(UInt64(width)).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let least: UInt64 = width == 1 ? 24 : 1 << (UInt64(width) * 4)
        guard number >= least else { throw .malformedCBOR }
        return number
    }

    private mutating func text(_ count: UInt64) throws(WebAuthnError) -> String {
        guard let text = String(validating: try take(count), as: UTF8.self) else { throw .malformedCBOR }
        return text
    }

    private mutating func array(_ count: UInt64, _ depth: Int) throws(WebAuthnError) -> [CBORValue] {
        guard count <= Self.maximumCount else { throw .malformedCBOR }
        var elements: [CBORValue] = []
        for _ in 0..<count {
            elements.append(try value(depth: depth + 1))
        }
        return elements
    }

    private mutating func map(_ count: UInt64, _ depth: Int) throws(WebAuthnError) -> CBORMap {
        guard count <= Self.maximumCount else { throw .malformedCBOR }
        var map = CBORMap()
        for _ in 0..<count {
            let key = try value(depth: depth + 1)
            guard map.add(key, try value(depth: depth + 1)) else { throw .malformedCBOR }
        }
        return map
    }

    private mutating func byte() throws(WebAuthnError) -> UInt8 {
        guard position < bytes.count else { throw .malformedCBOR }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func take(_ count: UInt64) throws(WebAuthnError) -> [UInt8] {
        guard count <= UInt64(bytes.count - position) else { throw .malformedCBOR }
        let end = position + Int(count)
        defer { position = end }
        return Array(bytes[position..<end])
    }
}
