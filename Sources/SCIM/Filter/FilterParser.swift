internal import WireCodec

/// Reads filters and the paths of PATCH by recursive descent over UTF-8 (RFC 7644, figures 1 and 7).
///
/// `not` binds before `and`, and `and` before `or`. Words are matched without regard to case, and blanks may be many.
struct FilterParser {
    /// The most bytes that are read.
    static let maximumByteCount = 1024
    /// How deep brackets may be nested.
    static let maximumDepth = 16
    /// The most comparisons in one filter.
    static let maximumTermCount = 64

    private let bytes: [UInt8]
    private var position = 0
    private var termCount = 0

    init(_ text: String) throws(FilterSyntaxError) {
        guard text.utf8.count <= Self.maximumByteCount else { throw .tooLong }
        self.bytes = Array(text.utf8)
    }

    /// A filter and nothing behind it.
    mutating func wholeFilter() throws(FilterSyntaxError) -> Filter {
        let filter = try disjunction(depth: 0)
        try expectEnd()
        return filter
    }

    /// A path of PATCH: an attribute, perhaps a filter on its elements, perhaps a sub-attribute.
    mutating func wholePath() throws(FilterSyntaxError) -> (path: AttributePath, filter: Filter?) {
        let path = try attributePath()
        guard skip(UInt8(ascii: "[")) else {
            try expectEnd()
            return (path, nil)
        }
        let filter = try elementFilter(depth: 0)
        let subAttribute = try subAttribute(of: path)
        try expectEnd()
        return (subAttribute ?? path, filter)
    }

    private mutating func disjunction(depth: Int) throws(FilterSyntaxError) -> Filter {
        var filters = [try conjunction(depth: depth)]
        while skip(word: "or") {
            filters.append(try conjunction(depth: depth))
        }
        return filters.count == 1 ? filters[0] : .any(filters)
    }

    private mutating func conjunction(depth: Int) throws(FilterSyntaxError) -> Filter {
        var filters = [try term(depth: depth)]
        while skip(word: "and") {
            filters.append(try term(depth: depth))
        }
        return filters.count == 1 ? filters[0] : .all(filters)
    }

    private mutating func term(depth: Int) throws(FilterSyntaxError) -> Filter {
        skipBlanks()
        let start = position
        if skip(word: "not"), skip(UInt8(ascii: "(")) { return .not(try group(depth: depth)) }
        position = start
        if skip(UInt8(ascii: "(")) { return try group(depth: depth) }
        return try expression(depth: depth)
    }

    private mutating func group(depth: Int) throws(FilterSyntaxError) -> Filter {
        guard depth < Self.maximumDepth else { throw .tooDeep }
        let filter = try disjunction(depth: depth + 1)
        try expect(UInt8(ascii: ")"))
        return filter
    }

    private mutating func expression(depth: Int) throws(FilterSyntaxError) -> Filter {
        let path = try attributePath()
        guard skip(UInt8(ascii: "[")) else { return try comparison(of: path) }
        guard depth < Self.maximumDepth else { throw .tooDeep }
        let filter = try elementFilter(depth: depth + 1)
        guard let part = try subAttribute(of: path), let name = part.subAttribute else {
            return .element(path, filter)
        }
        // Entra ID asks for `emails[type eq "work"].value eq "x"`: one element that fits both.
        return .element(path, .all([filter, try comparison(of: AttributePath(attribute: name))]))
    }

    private mutating func elementFilter(depth: Int) throws(FilterSyntaxError) -> Filter {
        let filter = try disjunction(depth: depth)
        try expect(UInt8(ascii: "]"))
        return filter
    }

    private mutating func comparison(of path: AttributePath) throws(FilterSyntaxError) -> Filter {
        termCount += 1
        guard termCount <= Self.maximumTermCount else { throw .tooManyTerms }
        try expectBlank()
        let word = word().asciiLowercased
        if word == "pr" { return .present(path) }
        if word == "ne" {
            try expectBlank()
            return .not(.compare(path, .equal, try value()))
        }
        guard let comparison = Filter.Comparison(rawValue: word) else { throw .unreadable(at: position) }
        try expectBlank()
        return .compare(path, comparison, try value())
    }

    private mutating func value() throws(FilterSyntaxError) -> JSONValue {
        let start = position
        switch word().asciiLowercased {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "null": return .null
        default: position = start
        }
        var reader = JSONReader(bytes, at: position)
        guard let value = try? reader.scalar() else { throw .unreadable(at: position) }
        position = reader.position
        return value
    }
}

// MARK: Names and blanks

extension FilterParser {
    private mutating func attributePath() throws(FilterSyntaxError) -> AttributePath {
        skipBlanks()
        let start = position
        let name = run { Self.isPathByte($0) }
        guard let path = AttributePath(spelling: name) else { throw .unreadable(at: start) }
        return path
    }

    /// The sub-attribute that stands behind the bracket of a filter; `nil` if none does.
    private mutating func subAttribute(of path: AttributePath) throws(FilterSyntaxError) -> AttributePath? {
        guard position < bytes.count, bytes[position] == UInt8(ascii: ".") else { return nil }
        position += 1
        let start = position
        guard let name = AttributePath(spelling: run { Self.isPathByte($0) }), let part = name.within(path) else {
            throw .unreadable(at: start)
        }
        return part
    }

    private mutating func word() -> String {
        run { ($0 | 0x20) &- UInt8(ascii: "a") < 26 }
    }

    private mutating func run(_ fits: (UInt8) -> Bool) -> String {
        let start = position
        while position < bytes.count, fits(bytes[position]) {
            position += 1
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// Skips a word of the grammar, which ends with a blank or a bracket.
    private mutating func skip(word expected: String) -> Bool {
        let start = position
        skipBlanks()
        if word().matches(expected), position < bytes.count, [0x20, UInt8(ascii: "(")].contains(bytes[position]) {
            return true
        }
        position = start
        return false
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        let start = position
        // The bracket of a filter on elements follows its attribute at once.
        if byte != UInt8(ascii: "[") { skipBlanks() }
        guard position < bytes.count, bytes[position] == byte else {
            position = start
            return false
        }
        position += 1
        return true
    }

    private mutating func skipBlanks() {
        while position < bytes.count, bytes[position] == 0x20 {
            position += 1
        }
    }

    private mutating func expect(_ byte: UInt8) throws(FilterSyntaxError) {
        guard skip(byte) else { throw .unreadable(at: position) }
    }

    private mutating func expectBlank() throws(FilterSyntaxError) {
        guard position < bytes.count, bytes[position] == 0x20 else { throw .unreadable(at: position) }
        skipBlanks()
    }

    private mutating func expectEnd() throws(FilterSyntaxError) {
        skipBlanks()
        guard position == bytes.count else { throw .unreadable(at: position) }
    }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10 || "-_.:$".utf8.contains(byte)
    }
}

/// Why a filter or a path could not be read.
enum FilterSyntaxError: Error, Equatable, CustomStringConvertible {
    case unreadable(at: Int)
    case tooLong
    case tooDeep
    case tooManyTerms

    /// What to fix, for people.
    var description: String {
        switch self {
        case .unreadable(let position): "not readable at byte \(position + 1)"
        case .tooLong: "longer than \(FilterParser.maximumByteCount) bytes"
        case .tooDeep: "brackets are nested deeper than \(FilterParser.maximumDepth) levels"
        case .tooManyTerms: "more than \(FilterParser.maximumTermCount) comparisons"
        }
    }
}
