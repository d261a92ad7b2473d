extension FieldSet {
    /// Adds the members of a flat JSON object: strings, whole numbers, `true`, `false` and `null`.
    ///
    /// Numbers are kept as they are spelled, because `partnerid` arrives as a number or as text; a `null` counts as a
    /// missing parameter. Nested values are refused. Reads bytes from front to back, without a document in between.
    package mutating func add(json: [UInt8]) throws(FieldError) {
        var reader = JSONReader(json)
        try Self.reading { () throws(JSONError) in try reader.expect(UInt8(ascii: "{")) }
        if !reader.skip(UInt8(ascii: "}")) { try add(membersOf: &reader) }
        try Self.reading { () throws(JSONError) in try reader.expectEnd() }
    }

    /// Adds those members of a JSON object that are named, in lower case; what the others hold does not matter, nor how
    /// many there are.
    package mutating func add(json: [UInt8], only names: Set<String>) throws(FieldError) {
        let value = try Self.reading { () throws(JSONError) in try JSONReader.value(of: json) }
        guard let object = value.object else { throw .malformed }
        for member in object.members where names.contains(member.name.lowercased()) {
            if let text = try Self.text(member.value) { try add(name: member.name, value: text) }
        }
    }

    private mutating func add(membersOf reader: inout JSONReader) throws(FieldError) {
        var missing: [String] = []
        repeat {
            let (name, value) = try Self.reading { () throws(JSONError) in try reader.flatMember() }
            if let text = try Self.text(value) {
                try add(name: name, value: text)
            } else {
                guard !missing.contains(name.lowercased()), missing.count < Self.maximumCount else { throw .duplicate }
                missing.append(name.lowercased())
            }
        } while reader.skip(UInt8(ascii: ","))
        guard missing.allSatisfy({ self[$0] == nil }) else { throw .duplicate }
        try Self.reading { () throws(JSONError) in try reader.expect(UInt8(ascii: "}")) }
    }

    /// A scalar as text; `nil` for `null`.
    private static func text(_ value: JSONValue) throws(FieldError) -> String? {
        switch value {
        case .null: return nil
        case .bool(let truth): return truth ? "true" : "false"
        case .string(let text): return text
        case .number(let digits):
            guard digits.utf8.count <= 19, digits.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) else {
                throw .malformed
            }
            return digits
        case .array, .object: throw .malformed
        }
    }

    private static func reading<Value>(_ body: () throws(JSONError) -> Value) throws(FieldError) -> Value {
        do {
            return try body()
        } catch {
            throw .malformed
        }
    }
}

extension JSONReader {
    /// A name, a colon and a scalar.
    fileprivate mutating func flatMember() throws(JSONError) -> (String, JSONValue) {
        skipBlanks()
        let name = try string()
        try expect(UInt8(ascii: ":"))
        skipBlanks()
        return (name, try scalar())
    }
}
