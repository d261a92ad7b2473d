internal import Accounts
internal import FoundationEssentials
internal import WireCodec

extension UserFilter {
    /// Makes the store's condition of a SCIM filter.
    ///
    /// - Throws: ``SCIMError/invalidFilter(_:)`` for comparisons that the store cannot make.
    init(_ filter: Filter) throws(SCIMError) {
        switch filter {
        case .all(let filters): self = .all(try Self.conditions(filters))
        case .any(let filters): self = .any(try Self.conditions(filters))
        case .not(let filter): self = .not(try Self(filter))
        case .present(let path): self = try UserFilterTarget(path).presence()
        case .compare(let path, let comparison, let value):
            self = try UserFilterTarget(path).condition(comparison, value)
        case .element(let path, let inner):
            guard path.subAttribute == nil else { throw .invalidFilter("only attributes have elements") }
            self = .all([try UserFilterTarget(path).presence(), try Self(inner.within(path))])
        }
    }

    private static func conditions(_ filters: [Filter]) throws(SCIMError) -> [Self] {
        var conditions: [Self] = []
        for filter in filters {
            conditions.append(try Self(filter))
        }
        return conditions
    }

    /// What no user fits.
    fileprivate static let nobody = Self.any([])
    /// What every user fits.
    fileprivate static let everybody = Self.all([])
}

extension Filter {
    /// The same condition seen from outside, for an attribute that has one element at most.
    fileprivate func within(_ parent: AttributePath) throws(SCIMError) -> Self {
        switch self {
        case .all(let filters): return .all(try Self.filters(filters, within: parent))
        case .any(let filters): return .any(try Self.filters(filters, within: parent))
        case .not(let filter): return .not(try filter.within(parent))
        case .present(let path): return .present(try Self.path(path, within: parent))
        case .compare(let path, let comparison, let value):
            return .compare(try Self.path(path, within: parent), comparison, value)
        case .element: throw .invalidFilter("elements have no elements")
        }
    }

    private static func filters(_ filters: [Self], within parent: AttributePath) throws(SCIMError) -> [Self] {
        var moved: [Self] = []
        for filter in filters {
            moved.append(try filter.within(parent))
        }
        return moved
    }

    private static func path(_ path: AttributePath, within parent: AttributePath) throws(SCIMError) -> AttributePath {
        guard let moved = path.within(parent) else { throw .invalidFilter("elements have no parts of that name") }
        return moved
    }
}

extension UserFilterTarget {
    fileprivate func presence() throws(SCIMError) -> UserFilter {
        switch self {
        case .text(let field): return .not(.isMissing(field))
        case .roleID: return .not(.isMissing(.roleName))
        case .id, .active, .moment: return .everybody
        case .constant(_, let condition), .whole(let condition): return condition
        case .absent: return .nobody
        case .hidden: throw .invalidFilter("nothing can be asked about this attribute")
        }
    }

    fileprivate func condition(_ comparison: Filter.Comparison, _ value: JSONValue) throws(SCIMError) -> UserFilter {
        guard value != .null else {
            try comparison.requireEquality()
            return .not(try presence())
        }
        switch self {
        case .text(let field): return .text(field, UserFilter.Comparison(comparison), try Self.text(value))
        case .id: return try Self.number(comparison, value).map { .id(User.ID($0)) } ?? .nobody
        case .roleID:
            try comparison.requireEquality()
            return Role.ID(groupID: try Self.text(value)).map { .role($0) } ?? .nobody
        case .active:
            try comparison.requireEquality()
            guard let truth = value.truth else { throw .invalidFilter("active is true or false") }
            return .isActive(truth)
        case .moment(let moment): return try Self.condition(moment, comparison, try Self.text(value))
        case .constant(let constant, let condition):
            return try comparison.holds(constant, value) ? condition : .nobody
        case .absent: return .nobody
        case .whole, .hidden: throw .invalidFilter("this attribute cannot be compared")
        }
    }

    private static func text(_ value: JSONValue) throws(SCIMError) -> String {
        guard let text = value.text else { throw .invalidFilter("this attribute is compared with a string") }
        return text
    }

    private static func number(_ comparison: Filter.Comparison, _ value: JSONValue) throws(SCIMError) -> Int64? {
        try comparison.requireEquality()
        return ResourceNumber(try text(value))?.value
    }

    /// Moments are kept in whole seconds: what lies within a second equals none.
    private static func condition(
        _ moment: UserFilter.Timestamp,
        _ comparison: Filter.Comparison,
        _ text: String
    ) throws(SCIMError) -> UserFilter {
        guard let date = try? Date(text, strategy: .iso8601), abs(date.timeIntervalSince1970) < 1e12 else {
            throw .invalidFilter("a moment is spelled like 2011-05-13T04:42:34Z")
        }
        let seconds = Int64(date.timeIntervalSince1970.rounded(.down))
        let isWhole = date.timeIntervalSince1970 == Double(seconds)
        switch comparison {
        case .equal: return isWhole ? .time(moment, .equals, seconds) : .nobody
        case .greater: return .time(moment, .greater, seconds)
        case .lessOrEqual: return .time(moment, .lessOrEqual, seconds)
        case .greaterOrEqual: return .time(moment, .greaterOrEqual, isWhole ? seconds : seconds + 1)
        case .less: return .time(moment, .less, isWhole ? seconds : seconds + 1)
        case .contains, .begins, .ends: throw .invalidFilter("moments are not compared by co, sw and ew")
        }
    }
}

extension UserFilter.Comparison {
    fileprivate init(_ comparison: Filter.Comparison) {
        self =
            switch comparison {
            case .equal: .equals
            case .contains: .contains
            case .begins: .begins
            case .ends: .ends
            case .greater: .greater
            case .greaterOrEqual: .greaterOrEqual
            case .less: .less
            case .lessOrEqual: .lessOrEqual
            }
    }
}
