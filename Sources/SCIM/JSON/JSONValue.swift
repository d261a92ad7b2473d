/// Any JSON value (RFC 8259).
enum JSONValue: Hashable, Sendable {
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
    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The elements of an array.
    var elements: [Self]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// The members of an object.
    var object: JSONObject? {
        guard case .object(let object) = self else { return nil }
        return object
    }

    /// The truth of a Boolean, or of a string that spells one as Entra ID does: `"True"`, `"False"`.
    var truth: Bool? {
        switch self {
        case .bool(let truth): truth
        case .string(let text) where text.matches("true"): true
        case .string(let text) where text.matches("false"): false
        default: nil
        }
    }

    /// The value of a number.
    var number: Double? {
        guard case .number(let digits) = self else { return nil }
        return Double(digits)
    }

    /// Whether it stands for nothing: `null` and an empty array are unassigned (RFC 7643 section 2.5).
    var isUnassigned: Bool {
        self == .null || elements?.isEmpty == true
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral {
    init(stringLiteral value: String) {
        self = .string(value)
    }

    init(booleanLiteral value: Bool) {
        self = .bool(value)
    }

    init(integerLiteral value: Int) {
        self = .number(String(value))
    }
}

extension JSONValue: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    init(arrayLiteral elements: Self...) {
        self = .array(elements)
    }

    init(dictionaryLiteral elements: (String, Self)...) {
        self = .object(JSONObject(elements))
    }
}
