/// The parameters of one request, from its query and its body together.
///
/// Names are matched without regard to case and may appear once over all; a second one with the same name is an
/// error, whatever its value (`docs/threats.md#pollution`).
package struct FieldSet: Sendable {
    private var values: [(name: String, value: String)] = []

    /// The most parameters a request may have.
    package static let maximumCount = 64

    /// Makes an empty set.
    package init() {}

    /// The decoded value; `nil` where the parameter is missing.
    package subscript(_ name: String) -> String? {
        values.first { $0.name == name }?.value
    }

    /// The value where it is there and not empty.
    package func nonEmpty(_ name: String) -> String? {
        guard let value = self[name], !value.isEmpty else { return nil }
        return value
    }

    /// The names, in lower case and in the order of the request.
    package var names: [String] { values.map(\.name) }

    /// Adds a parameter.
    package mutating func add(name: String, value: String) throws(FieldError) {
        let lowered = try Self.lowered(name)
        guard !value.utf8.contains(0) else { throw .malformed }
        guard self[lowered] == nil else { throw .duplicate }
        guard values.count < Self.maximumCount else { throw .tooMany }
        values.append((lowered, value))
    }

    /// Adds the parameters of a query.
    ///
    /// `+` stands for itself, as public pages send it (`docs/protocol.md#protocol-urls`), unless a form encoder has
    /// made the query.
    package mutating func add(query: some StringProtocol) throws(FieldError) {
        try add(query: query, plusIsSpace: Self.isFormEncoded(query))
    }

    /// Adds the parameters of a part of a query, for a caller who knows what `+` stands for in the whole.
    package mutating func add(query: some StringProtocol, plusIsSpace: Bool) throws(FieldError) {
        try add(pairs: Array(query.utf8), plusIsSpace: plusIsSpace)
    }

    /// Whether a form encoder has made a query, so that `+` stands for a blank in it: there is a `%24` and no raw `$`.
    ///
    /// Every LoginKey has a `$`. What escapes it and leaves a `+` writes blanks as `+`; what leaves it raw has encoded
    /// nothing.
    package static func isFormEncoded(_ query: some StringProtocol) -> Bool {
        var window = (UInt8(0), UInt8(0))
        var hasEscape = false
        for byte in query.utf8 {
            guard byte != UInt8(ascii: "$") else { return false }
            hasEscape =
                hasEscape || (window == (UInt8(ascii: "%"), UInt8(ascii: "2")) && byte == UInt8(ascii: "4"))
            window = (window.1, byte)
        }
        return hasEscape
    }

    /// Adds the parameters of a form body, encoded (`application/x-www-form-urlencoded`) or raw.
    ///
    /// `+` stands for a blank, but for itself in a body with a `$` in it: everything that encodes forms escapes that
    /// character, so nothing has encoded such a body (`docs/protocol.md#basics`). An escape is an escape in both: a `%`
    /// that is meant itself has to be written `%25`. A pair without `=` is refused: it would be the rest of a value
    /// with a raw `&` in it (`docs/threats.md#pollution`).
    package mutating func add(form: [UInt8]) throws(FieldError) {
        let isRaw = form.contains(UInt8(ascii: "$"))
        for pair in form.split(separator: UInt8(ascii: "&")) {
            guard pair.contains(UInt8(ascii: "=")) else { throw .malformed }
        }
        try add(pairs: form, plusIsSpace: !isRaw)
    }

    private static func lowered(_ name: String) throws(FieldError) -> String {
        let bytes = name.utf8.span
        var hasUpperCase = false
        for index in bytes.indices {
            guard bytes[index] > 0x20, bytes[index] < 0x7F else { throw .malformed }
            hasUpperCase = hasUpperCase || (bytes[index] >= UInt8(ascii: "A") && bytes[index] <= UInt8(ascii: "Z"))
        }
        return hasUpperCase ? name.lowercased() : name
    }

    private mutating func add(pairs: [UInt8], plusIsSpace: Bool) throws(FieldError) {
        var start = 0
        while start < pairs.count {
            let pair = pairs[start...].prefix { $0 != UInt8(ascii: "&") }
            start = pair.endIndex + 1
            guard !pair.isEmpty else { continue }
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            let name = try PercentEncoding.decode(pair[..<equals], plusIsSpace: plusIsSpace)
            let value = try PercentEncoding.decode(pair[equals...].dropFirst(), plusIsSpace: plusIsSpace)
            try add(name: name, value: value)
        }
    }
}

/// Why parameters could not be read.
package enum FieldError: Error {
    /// A name is not printable ASCII, a pair of a form has no `=`, or an escape or UTF-8 or JSON is broken.
    case malformed
    /// Two parameters have the same name.
    case duplicate
    /// There are more than ``FieldSet/maximumCount``.
    case tooMany
}

/// Percent-encoding after RFC 3986 section 2.1.
package enum PercentEncoding {
    /// Decodes bytes to text; a `%` that is not followed by two hexadecimal digits and bytes that are not UTF-8 are
    /// refused.
    package static func decode(_ bytes: ArraySlice<UInt8>, plusIsSpace: Bool) throws(FieldError) -> String {
        let isPlain = bytes.allSatisfy { $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "+") }
        return try text(isPlain ? bytes : replacingEscapes(in: bytes, plusIsSpace: plusIsSpace))
    }

    private static func replacingEscapes(
        in bytes: ArraySlice<UInt8>,
        plusIsSpace: Bool
    ) throws(FieldError) -> ArraySlice<UInt8> {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            switch bytes[index] {
            case UInt8(ascii: "%"):
                guard index + 2 < bytes.endIndex, let high = hexadecimal(bytes[index + 1]),
                    let low = hexadecimal(bytes[index + 2])
                else { throw .malformed }
                decoded.append(high << 4 | low)
                index += 3
            case UInt8(ascii: "+") where plusIsSpace:
                decoded.append(UInt8(ascii: " "))
                index += 1
            case let byte:
                decoded.append(byte)
                index += 1
            }
        }
        return decoded[...]
    }

    private static func text(_ bytes: ArraySlice<UInt8>) throws(FieldError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .malformed }
        return text
    }

    /// Encodes everything but the unreserved characters of RFC 3986.
    package static func encode(_ text: String) -> String {
        var encoded: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.append(byte)
            default:
                encoded.append(UInt8(ascii: "%"))
                encoded.append(digits[Int(byte >> 4)])
                encoded.append(digits[Int(byte & 15)])
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
