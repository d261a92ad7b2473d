internal import WireCodec

/// What is true of an attribute (RFC 7643 section 7): `/Schemas` says it, and PATCH goes by it.
struct SchemaAttribute: Sendable {
    enum Kind: String, Sendable {
        case string, boolean, integer, dateTime, reference, complex
    }

    enum Mutability: String, Sendable {
        case readOnly, readWrite, immutable, writeOnly
    }

    enum Returned: String, Sendable {
        case always, never
        case byDefault = "default"
        case onRequest = "request"
    }

    enum Uniqueness: String, Sendable {
        case none, server
    }

    let name: String
    let kind: Kind
    let summary: String
    var isMultiValued = false
    var isRequired = false
    var isCaseExact = false
    var canonicalValues: [String] = []
    var mutability = Mutability.readWrite
    var returned = Returned.byDefault
    var uniqueness = Uniqueness.none
    var referenceTypes: [String] = []
    var subAttributes: [Self] = []

    init(_ name: String, _ kind: Kind, _ summary: String) {
        self.name = name
        self.kind = kind
        self.summary = summary
    }

    /// Makes a string.
    init(_ name: String, _ summary: String) {
        self.init(name, .string, summary)
    }

    /// The same attribute with something else about it.
    func with(_ change: (inout Self) -> Void) -> Self {
        var changed = self
        change(&changed)
        return changed
    }

    /// The same attribute, and all of its parts, as nothing that a client can change.
    var readOnly: Self {
        with { attribute in
            attribute.mutability = .readOnly
            attribute.subAttributes = attribute.subAttributes.map(\.readOnly)
        }
    }

    /// The same attribute as one that has to be there.
    var required: Self { with { $0.isRequired = true } }

    /// The attribute as `/Schemas` describes it.
    var document: JSONValue {
        var object: JSONObject = [
            "name": .string(name), "type": .string(kind.rawValue), "multiValued": .bool(isMultiValued),
            "description": .string(summary), "required": .bool(isRequired),
        ]
        if kind == .string || kind == .reference { object.append("caseExact", .bool(isCaseExact)) }
        object.append("mutability", .string(mutability.rawValue))
        object.append("returned", .string(returned.rawValue))
        if kind != .complex, kind != .boolean { object.append("uniqueness", .string(uniqueness.rawValue)) }
        Self.append(canonicalValues, as: "canonicalValues", to: &object)
        Self.append(referenceTypes, as: "referenceTypes", to: &object)
        if !subAttributes.isEmpty { object.append("subAttributes", .array(subAttributes.map(\.document))) }
        return .object(object)
    }

    private static func append(_ texts: [String], as name: String, to object: inout JSONObject) {
        if !texts.isEmpty { object.append(name, .array(texts.map(JSONValue.string))) }
    }
}

/// What is true of a kind of resource: its name and attributes (RFC 7643 section 7).
struct ResourceSchema: Sendable {
    let id: String
    let name: String
    let summary: String
    let attributes: [SchemaAttribute]

    /// The attribute of a name, in any case.
    func attribute(_ name: String) -> SchemaAttribute? {
        attributes.first { $0.name.matches(name) }
    }

    /// The schema as `/Schemas` describes it.
    func object(_ links: ResourceLinks) -> JSONObject {
        [
            "schemas": [.string(URN.schema)], "id": .string(id), "name": .string(name), "description": .string(summary),
            "attributes": .array(attributes.map(\.document)),
            "meta": ["resourceType": "Schema", "location": .string(links.url("/Schemas/\(id)"))],
        ]
    }
}
