internal import WireCodec

extension Filter {
    /// Whether the condition holds, when one comparison after the other is put to somebody who knows.
    ///
    /// - Parameter answer: Gets ``present(_:)``, ``compare(_:_:_:)`` and ``element(_:_:)`` only.
    /// - Returns: Whether all of it holds.
    /// - Throws: What `answer` throws.
    func holds(_ answer: (Self) throws(SCIMError) -> Bool) throws(SCIMError) -> Bool {
        switch self {
        case .present, .compare, .element: return try answer(self)
        case .not(let filter): return try !filter.holds(answer)
        case .all(let filters):
            for filter in filters {
                guard try filter.holds(answer) else { return false }
            }
            return true
        case .any(let filters):
            for filter in filters {
                if try filter.holds(answer) { return true }
            }
            return false
        }
    }

    /// Whether an object fits: a whole resource, or one element of a multi-valued attribute.
    ///
    /// - Throws: ``SCIMError/invalidFilter(_:)`` for comparisons that make no sense.
    func fits(_ object: JSONObject) throws(SCIMError) -> Bool {
        try holds { (filter) throws(SCIMError) -> Bool in
            switch filter {
            case .present(let path): return !object.values(at: path).isEmpty
            case .compare(let path, let comparison, .null):
                return try comparison.holdsForNull(isPresent: !object.values(at: path).isEmpty)
            case .compare(let path, let comparison, let value):
                return try comparison.holds(forOneOf: object.values(at: path), value)
            case .element(let path, let inner): return try inner.fits(oneOf: object.values(at: path))
            case .all, .any, .not: return try filter.fits(object)
            }
        }
    }

    private func fits(oneOf elements: [JSONValue]) throws(SCIMError) -> Bool {
        for element in elements {
            if let object = element.object, try fits(object) { return true }
        }
        return false
    }
}

extension JSONObject {
    /// The values that a path leads to; of several elements those of each.
    fileprivate func values(at path: AttributePath) -> [JSONValue] {
        guard path.schema.isEmpty, let value = assigned(path.attribute) else { return [] }
        let elements = value.elements ?? [value]
        guard let name = path.subAttribute else { return elements }
        return elements.compactMap { $0.object?.assigned(name) }
    }
}

extension Filter.Comparison {
    /// Whether one of the values compares so.
    func holds(forOneOf values: [JSONValue], _ expected: JSONValue) throws(SCIMError) -> Bool {
        for value in values {
            // The value of an element is what it is compared by where no part is named.
            if try holds(value.object?["value"] ?? value, expected) { return true }
        }
        return false
    }

    /// Whether a value compares so with the one that the filter names; texts without regard to case.
    func holds(_ value: JSONValue, _ expected: JSONValue) throws(SCIMError) -> Bool {
        switch (value, expected) {
        case (.bool(let truth), _):
            try requireEquality()
            return expected.truth == truth
        case (.string, .bool(let truth)): return self == .equal && value.truth == truth
        case (.string(let left), .string(let right)): return holds(left, right)
        case (.number, .number): return try holds(value.number ?? 0, expected.number ?? 0)
        default: return false
        }
    }

    /// Whether an attribute that is there, or is not, compares so with `null`.
    func holdsForNull(isPresent: Bool) throws(SCIMError) -> Bool {
        try requireEquality()
        return !isPresent
    }

    /// Throws ``SCIMError/invalidFilter(_:)`` for everything but ``equal``.
    func requireEquality() throws(SCIMError) {
        guard self == .equal else { throw .invalidFilter("this attribute can only be compared by eq and ne") }
    }

    private func holds(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.asciiLowercased.utf8), Array(right.asciiLowercased.utf8))
        return switch self {
        case .equal: left == right
        case .contains: right.isEmpty || left.contains(right)
        case .begins: left.starts(with: right)
        case .ends: left.reversed().starts(with: right.reversed())
        case .greater: right.lexicographicallyPrecedes(left)
        case .greaterOrEqual: !left.lexicographicallyPrecedes(right)
        case .less: left.lexicographicallyPrecedes(right)
        case .lessOrEqual: !right.lexicographicallyPrecedes(left)
        }
    }

    private func holds(_ left: Double, _ right: Double) throws(SCIMError) -> Bool {
        switch self {
        case .equal: return left == right
        case .greater: return left > right
        case .greaterOrEqual: return left >= right
        case .less: return left < right
        case .lessOrEqual: return left <= right
        case .contains, .begins, .ends: throw .invalidFilter("numbers are not compared by co, sw and ew")
        }
    }
}
