internal import WireCodec

/// What of a resource is shown: `attributes` or `excludedAttributes` (RFC 7644 section 3.9).
///
/// `schemas` and `id` are always shown, and `name.formatted` only on request.
struct AttributeSelection: Sendable {
    private let included: [AttributePath]?
    private let excluded: [AttributePath]

    private static let always = ["schemas", "id"]
    private static let onRequest = (name: "name", subName: "formatted")

    /// All that is shown by default.
    static let all = Self(included: nil, excluded: [])

    init(included: [AttributePath]?, excluded: [AttributePath]) {
        self.included = included
        self.excluded = excluded
    }

    /// Reads the parameters of a query.
    ///
    /// - Throws: ``SCIMError/invalidValue(_:)`` if both are given, and ``SCIMError/invalidPath(_:)``.
    init(_ fields: FieldSet) throws(SCIMError) {
        let (included, excluded) = (fields.nonEmpty("attributes"), fields.nonEmpty("excludedattributes"))
        guard included == nil || excluded == nil else {
            throw .invalidValue("attributes and excludedAttributes exclude each other")
        }
        self.included = try included.map { text throws(SCIMError) in try Self.paths(text) }
        self.excluded = try excluded.map { text throws(SCIMError) in try Self.paths(text) } ?? []
    }

    private static func paths(_ text: String) throws(SCIMError) -> [AttributePath] {
        var paths: [AttributePath] = []
        for name in text.split(separator: ",") {
            paths.append(try AttributePath(parsing: String(name.drop { $0 == " " }.prefix { $0 != " " })))
        }
        return paths
    }

    /// Whether anything was asked for.
    var isDefault: Bool { included == nil && excluded.isEmpty }

    /// Whether anything of an attribute is shown.
    func shows(_ name: String) -> Bool {
        if let included { return included.contains { $0.isWithin(name) } }
        return !excluded.contains { $0.names(name, nil) }
    }

    /// The part of a resource that is shown.
    func apply(to object: JSONObject) -> JSONObject {
        var selected = JSONObject()
        for member in object.members {
            if Self.always.contains(member.name) {
                selected.append(member.name, member.value)
            } else if shows(member.name), let value = select(member.value, of: member.name) {
                selected.append(member.name, value)
            }
        }
        return selected
    }

    private func select(_ value: JSONValue, of name: String) -> JSONValue? {
        switch value {
        case .object(let object):
            return select(object, of: name).map(JSONValue.object)
        case .array(let elements):
            let selected = elements.compactMap { select($0, of: name) }
            return selected.isEmpty ? nil : .array(selected)
        default: return value
        }
    }

    private func select(_ object: JSONObject, of name: String) -> JSONObject? {
        var selected = JSONObject()
        for member in object.members where shows(name, member.name) {
            selected.append(member.name, member.value)
        }
        return selected.members.isEmpty ? nil : selected
    }

    private func shows(_ name: String, _ subName: String) -> Bool {
        let isOnRequest = name == Self.onRequest.name && subName == Self.onRequest.subName
        guard let included else { return !isOnRequest && !excluded.contains { $0.names(name, subName) } }
        return included.contains { $0.names(name, subName) || ($0.names(name, nil) && !isOnRequest) }
    }
}
