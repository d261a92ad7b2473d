internal import WireCodec

extension JSONObject {
    /// The text of a singular attribute; `nil` if it is unassigned.
    ///
    /// - Throws: ``SCIMError/invalidValue(_:)`` for every other type.
    func string(_ name: String) throws(SCIMError) -> String? {
        guard let value = assigned(name) else { return nil }
        guard let text = value.text else { throw .invalidValue("\(name) is a string") }
        return text
    }

    /// A complex attribute; `nil` if it is unassigned.
    ///
    /// - Throws: ``SCIMError/invalidValue(_:)`` for every other type.
    func complex(_ name: String) throws(SCIMError) -> JSONObject? {
        guard let value = assigned(name) else { return nil }
        guard let object = value.object else { throw .invalidValue("\(name) is an object") }
        return object
    }

    /// The values of a multi-valued attribute; elements without a value are left out.
    ///
    /// - Throws: ``SCIMError/invalidValue(_:)`` for every other type.
    func values(_ name: String) throws(SCIMError) -> [AttributeValue] {
        guard let value = assigned(name) else { return [] }
        guard let elements = value.elements else { throw .invalidValue("\(name) is an array") }
        var values: [AttributeValue] = []
        for element in elements {
            guard let object = element.object else { throw .invalidValue("\(name) is an array of objects") }
            if let value = try AttributeValue(object, of: name) { values.append(value) }
        }
        return values
    }

    /// The one value that is kept of a multi-valued attribute: the primary one, or else the one for work, or else the
    /// first.
    ///
    /// - Throws: ``SCIMError/invalidValue(_:)``.
    func preferred(_ name: String) throws(SCIMError) -> String? {
        let values = try values(name)
        let value = values.first(where: \.isPrimary) ?? values.first { $0.type.matches("work") } ?? values.first
        return value?.text
    }
}

/// One value of a multi-valued attribute (RFC 7643 section 2.4).
struct AttributeValue: Sendable {
    /// The value itself; never empty.
    let text: String
    /// What it is for, such as `work`; empty where nothing is said.
    let type: String
    /// Whether it is the preferred one.
    let isPrimary: Bool

    /// Reads an element; `nil` if it has no value.
    ///
    /// - Throws: ``SCIMError/invalidValue(_:)``.
    init?(_ element: JSONObject, of name: String) throws(SCIMError) {
        let primary = element.assigned("primary")
        guard primary == nil || primary?.truth != nil else { throw .invalidValue("\(name).primary is true or false") }
        self.type = try element.string("type") ?? ""
        self.isPrimary = primary?.truth == true
        guard let text = try element.string("value"), !text.isEmpty else { return nil }
        self.text = text
    }
}
