/// Any JSON value (RFC 8259).
package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// A number as it is spelled.
    case number(String)
    case string(String)
    case array([Self])
    case object(JSONObject)
}

// MARK: What a value is

extension JSONValue {
    /// The text of a string.
    package var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The elements of an array.
    package var elements: [Self]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// The members of an object.
    package var object: JSONObject? {
        guard case .object(let object) = self else { return nil }
        return object
    }

    /// The truth of a Boolean, or of a string that spells one as Entra ID does: `"True"`, `"False"`.
    package var truth: Bool? {
        switch self {
        case .bool(let truth): truth
        case .string(let text) where text.matches("true"): true
        case .string(let text) where text.matches("false"): false
        default: nil
        }
    }

    /// The value of a number.
    package var number: Double? {
        guard case .number(let digits) = self else { return nil }
        return Double(digits)
    }

    /// Whether it stands for nothing: `null` and an empty array are unassigned (RFC 7643 section 2.5).
    package var isUnassigned: Bool {
        self == .null || elements?.isEmpty == true
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral {
    /// Makes a string.
    package init(stringLiteral value: String) {
        self = .string(value)
    }

    /// Makes `true` or `false`.
    package init(booleanLiteral value: Bool) {
        self = .bool(value)
    }

    /// Makes a number.
    package init(integerLiteral value: Int) {
        self = .number(String(value))
    }
}

extension JSONValue: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    /// Makes an array.
    package init(arrayLiteral elements: Self...) {
        self = .array(elements)
    }

    /// Makes an object.
    package init(dictionaryLiteral elements: (String, Self)...) {
        self = .object(JSONObject(elements))
    }
}
