internal import WireCodec

/// A condition on resources, or on the elements of an attribute (RFC 7644 section 3.4.2.2).
indirect enum Filter: Hashable, Sendable {
    /// The attribute has a value.
    case present(AttributePath)
    /// The attribute's value, or one of its values, compares so with a string, number, Boolean or `null`.
    case compare(AttributePath, Comparison, JSONValue)
    /// One element of the attribute fits a condition on its sub-attributes.
    case element(AttributePath, Self)
    /// All conditions hold.
    case all([Self])
    /// One of the conditions holds, at least.
    case any([Self])
    /// The condition does not hold.
    case not(Self)

    /// How values are compared; `ne` is read as ``not(_:)`` of `eq`, so that it holds for what has no value too.
    enum Comparison: String, Hashable, Sendable {
        case equal = "eq"
        case contains = "co"
        case begins = "sw"
        case ends = "ew"
        case greater = "gt"
        case greaterOrEqual = "ge"
        case less = "lt"
        case lessOrEqual = "le"
    }

    /// Reads a filter: at most 1,024 bytes, 16 levels of brackets and 64 comparisons.
    ///
    /// - Throws: ``SCIMError/invalidFilter(_:)``.
    init(parsing text: String) throws(SCIMError) {
        do {
            var parser = try FilterParser(text)
            self = try parser.wholeFilter()
        } catch {
            throw .invalidFilter(error.description)
        }
    }
}
