internal import WireCodec

/// A user's resource on which the operations of a PATCH are carried out (RFC 7644 section 3.5.2).
///
/// It knows attributes, not users: what came out of it is read like every other body, types and all. What was removed is
/// `null` in it, so that it differs from what was never there.
struct UserPatch: Sendable {
    /// The resource with all operations so far.
    private(set) var document: JSONObject

    /// Attributes of RFC 7643 that are not kept, or are made of others.
    ///
    /// Entra ID sets them by default, so that operations on them are ignored.
    private static let ignored: Set<String> = [
        "displayname", "nickname", "profileurl", "title", "usertype", "preferredlanguage", "locale", "timezone", "ims",
        "photos", "addresses", "entitlements", "x509certificates",
    ]
    private static let ignoredParts: Set<String> = [
        "middlename", "honorificprefix", "honorificsuffix", "display", "type",
    ]

    init(_ document: JSONObject) {
        self.document = document
    }

    /// Carries one operation out.
    ///
    /// - Throws: ``SCIMError/invalidPath(_:)``, ``SCIMError/mutability(_:)``, ``SCIMError/noTarget(_:)`` or
    ///   ``SCIMError/invalidValue(_:)``.
    mutating func apply(_ operation: PatchOperation) throws(SCIMError) {
        guard let attribute = try Self.target(of: operation) else { return }
        if attribute.isMultiValued {
            try applyPlural(operation, attribute)
        } else if attribute.kind == .complex {
            try applyComplex(operation, attribute)
        } else {
            try applySimple(operation, attribute)
        }
    }

    /// The attribute that is changed; `nil` where there is nothing to do.
    private static func target(of operation: PatchOperation) throws(SCIMError) -> SchemaAttribute? {
        let path = operation.path
        guard path.attribute.schema.isEmpty, !ignored.contains(path.name) else { return nil }
        let attribute = ResourceSchema.user.attribute(path.name)
        let isReadOnly = attribute?.mutability == .readOnly || ResourceSchema.common.contains(path.name)
        guard let attribute, !isReadOnly else {
            if operation.isImplied { return nil }
            throw isReadOnly ? .mutability("\(path.name) is read-only") : .invalidPath("there is no such attribute")
        }
        guard let part = path.part else { return attribute }
        if let known = attribute.subAttributes.first(where: { $0.name.matches(part) }) {
            return known.mutability == .readOnly ? nil : attribute
        }
        guard operation.isImplied || ignoredParts.contains(part) else {
            throw .invalidPath("\(attribute.name) has no such part")
        }
        return nil
    }

    private mutating func applySimple(
        _ operation: PatchOperation,
        _ attribute: SchemaAttribute
    ) throws(SCIMError) {
        guard operation.path.filter == nil else { throw .invalidPath("\(attribute.name) has no elements") }
        if operation.kind == .remove {
            try remove(attribute)
        } else {
            document[attribute.name] = try operation.requireValue()
        }
    }

    private mutating func remove(_ attribute: SchemaAttribute) throws(SCIMError) {
        guard !attribute.isRequired else { throw .mutability("\(attribute.name) cannot be removed") }
        document[attribute.name] = .null
    }

    private mutating func applyComplex(
        _ operation: PatchOperation,
        _ attribute: SchemaAttribute
    ) throws(SCIMError) {
        guard operation.path.filter == nil else { throw .invalidPath("\(attribute.name) has no elements") }
        var object = document.assigned(attribute.name)?.object ?? JSONObject()
        switch (operation.kind, operation.path.part) {
        case (.remove, nil): return try remove(attribute)
        case (.remove, let part?): object[part] = nil
        case (_, let part?): object[part] = try operation.requireValue()
        case (_, nil):
            guard let value = try operation.requireValue().object else {
                throw .invalidValue("\(attribute.name) is an object")
            }
            object.merge(value)
        }
        document[attribute.name] = .object(object)
    }

    private mutating func applyPlural(
        _ operation: PatchOperation,
        _ attribute: SchemaAttribute
    ) throws(SCIMError) {
        var elements = PatchElements(document.assigned(attribute.name)?.elements ?? [], of: attribute)
        try elements.apply(operation)
        guard elements.values.count <= PatchElements.maximumCount else {
            throw .invalidValue("\(attribute.name) has \(PatchElements.maximumCount) elements at most")
        }
        document[attribute.name] = elements.values.isEmpty ? .null : .array(elements.values)
    }
}

extension JSONObject {
    /// Sets all members of another object.
    mutating func merge(_ other: Self) {
        for member in other.members {
            self[member.name] = member.value
        }
    }
}
