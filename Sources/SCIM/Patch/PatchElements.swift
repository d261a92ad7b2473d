internal import WireCodec

/// The elements of a multi-valued attribute on which an operation is carried out.
struct PatchElements: Sendable {
    /// The most elements that an attribute may have while it is changed.
    static let maximumCount = 100

    /// The elements.
    private(set) var values: [JSONValue]
    private let attribute: SchemaAttribute

    init(_ values: [JSONValue], of attribute: SchemaAttribute) {
        self.values = values
        self.attribute = attribute
    }

    /// Carries one operation out.
    ///
    /// - Throws: ``SCIMError/noTarget(_:)`` where a filter finds nothing and does not say what to add,
    ///   ``SCIMError/invalidValue(_:)`` or ``SCIMError/invalidFilter(_:)``.
    mutating func apply(_ operation: PatchOperation) throws(SCIMError) {
        switch (operation.path.filter, operation.path.part) {
        case (nil, nil): try applyToAll(operation)
        case (nil, let part?): try apply(operation, to: Array(values.indices), part)
        case (let filter?, let part): try apply(operation, to: try matches(filter), part, filter)
        }
    }

    private mutating func applyToAll(_ operation: PatchOperation) throws(SCIMError) {
        switch operation.kind {
        case .remove:
            // Entra ID names the elements that are to go in the value.
            if let value = operation.value, !value.isUnassigned {
                let gone = try elements(value).map { $0["value"] }
                values.removeAll { gone.contains($0.object?["value"]) }
            } else {
                values = []
            }
        case .replace: values = try elements(try operation.requireValue()).map(JSONValue.object)
        case .add: try add(try elements(try operation.requireValue()))
        }
    }

    /// A user has one role: the one that was added last.
    private mutating func add(_ new: [JSONObject]) throws(SCIMError) {
        guard attribute.name != "roles" else {
            values = new.map(JSONValue.object)
            return
        }
        for element in new {
            values.removeAll { $0.object?["value"] == element["value"] }
            values.append(.object(element))
            keepOnePrimary(changed: [values.count - 1])
        }
    }

    private mutating func apply(
        _ operation: PatchOperation,
        to indices: [Int],
        _ part: String?,
        _ filter: Filter? = nil
    ) throws(SCIMError) {
        guard indices.isEmpty else { return try change(indices, part, operation) }
        if operation.kind == .remove, filter == nil { return }
        guard operation.kind != .remove, var element = filter.map({ $0.example }) ?? JSONObject() else {
            throw .noTarget("the filter of the path fits no element")
        }
        try Self.change(&element, part, try operation.requireValue())
        try add([element])
    }

    private mutating func change(
        _ indices: [Int],
        _ part: String?,
        _ operation: PatchOperation
    ) throws(SCIMError) {
        guard operation.kind != .remove || part != nil else {
            values = values.indices.filter { !indices.contains($0) }.map { values[$0] }
            return
        }
        for index in indices {
            var element = values[index].object ?? JSONObject()
            if operation.kind == .remove {
                element[part ?? ""] = nil
            } else {
                if operation.kind == .replace, part == nil { element = JSONObject() }
                try Self.change(&element, part, try operation.requireValue())
            }
            values[index] = .object(element)
        }
        keepOnePrimary(changed: indices)
    }

    private static func change(_ element: inout JSONObject, _ part: String?, _ value: JSONValue) throws(SCIMError) {
        if let part {
            element[part] = value
        } else {
            guard let object = value.object ?? value.elements?.first?.object else {
                throw .invalidValue("an element is an object")
            }
            element.merge(object)
        }
    }

    private func matches(_ filter: Filter) throws(SCIMError) -> [Int] {
        var indices: [Int] = []
        for index in values.indices {
            if let element = values[index].object, try filter.fits(element) { indices.append(index) }
        }
        return indices
    }

    private func elements(_ value: JSONValue) throws(SCIMError) -> [JSONObject] {
        let objects = (value.elements ?? (value == .null ? [] : [value])).map(\.object)
        guard objects.allSatisfy({ $0 != nil }) else { throw .invalidValue("\(attribute.name) is an array of objects") }
        return objects.compactMap(\.self)
    }

    /// Where a changed element is the primary one, the others no longer are (RFC 7644 section 3.5.2).
    private mutating func keepOnePrimary(changed: [Int]) {
        guard let primary = changed.last(where: { values[$0].object?["primary"]?.truth == true }) else { return }
        for index in values.indices where index != primary {
            guard var element = values[index].object, element["primary"] != nil else { continue }
            element["primary"] = false
            values[index] = .object(element)
        }
    }
}

extension Filter {
    /// An element that fits, if `eq` alone says what it is; `nil` for other filters.
    ///
    /// Entra ID adds, and replaces, `emails[type eq "work"].value` where there is none.
    fileprivate var example: JSONObject? {
        switch self {
        case .compare(let path, .equal, let value): return JSONObject([(path.attribute, value)])
        case .all(let filters):
            var object = JSONObject()
            for filter in filters {
                guard let part = filter.example else { return nil }
                object.merge(part)
            }
            return object
        default: return nil
        }
    }
}
