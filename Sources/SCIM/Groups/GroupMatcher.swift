internal import Accounts
internal import WireCodec

/// Decides which roles fit a filter; there are some hundreds at most, so that this is done here and not in the store.
struct GroupMatcher: Sendable {
    /// The role of each user that the filter names as a member.
    let roleOfMember: [User.ID: Role.ID]
    /// How many users have each role.
    let use: [Role.ID: Int]
    let links: ResourceLinks

    /// Whether a role fits.
    ///
    /// - Throws: ``SCIMError/invalidFilter(_:)``.
    func fits(_ role: Role, _ filter: Filter) throws(SCIMError) -> Bool {
        let object = GroupDocument(role, members: nil, links: links).object
        return try filter.holds { (filter) throws(SCIMError) -> Bool in
            switch filter {
            case .compare(let path, let comparison, let value) where path.isWithin("members"):
                return try compare(role, path.subAttribute ?? "value", comparison, value)
            case .present(let path) where path.isWithin("members"):
                return hasMembers(role) && Self.parts.contains(path.subAttribute ?? "value")
            case .element(let path, let inner) where path.isWithin("members"):
                guard hasMembers(role) else { return false }
                return try fits(role, try inner.onMembers())
            default: return try filter.fits(object)
            }
        }
    }

    private static let parts = ["value", "$ref", "type"]

    private func hasMembers(_ role: Role) -> Bool {
        use[role.id, default: 0] > 0
    }

    private func compare(
        _ role: Role,
        _ part: String,
        _ comparison: Filter.Comparison,
        _ value: JSONValue
    ) throws(SCIMError) -> Bool {
        if value == .null { return try comparison.holdsForNull(isPresent: hasMembers(role)) }
        switch part {
        case "type": return try comparison.holds(forOneOf: hasMembers(role) ? ["User"] : [], value)
        case "value":
            try comparison.requireEquality()
            guard let id = value.text.flatMap(ResourceNumber.init) else { return false }
            return roleOfMember[User.ID(id.value)] == role.id
        case "$ref": throw .invalidFilter("members are compared by their value")
        default: return false
        }
    }
}

extension Filter {
    /// The ids of all users that the filter names as members.
    var namedMembers: [User.ID] {
        switch self {
        case .all(let filters), .any(let filters): filters.flatMap(\.namedMembers)
        case .not(let filter): filter.namedMembers
        case .compare(let path, .equal, .string(let id)) where path.isWithin("members"):
            ResourceNumber(id).map { [User.ID($0.value)] } ?? []
        case .element(let path, let inner) where path.isWithin("members"):
            (try? inner.onMembers().namedMembers) ?? []
        case .compare, .present, .element: []
        }
    }

    /// A condition on one member as one on all of them, which is the same as long as nothing is negated.
    fileprivate func onMembers() throws(SCIMError) -> Self {
        switch self {
        case .compare(let path, let comparison, let value):
            return .compare(try Self.onMembers(path), comparison, value)
        case .present(let path): return .present(try Self.onMembers(path))
        case .all(let filters): return .all(try Self.onMembers(filters))
        case .any(let filters): return .any(try Self.onMembers(filters))
        case .not, .element: throw .invalidFilter("members are asked for without not and ne")
        }
    }

    private static func onMembers(_ path: AttributePath) throws(SCIMError) -> AttributePath {
        guard let moved = path.within(AttributePath(attribute: "members")) else {
            throw .invalidFilter("members have no parts of that name")
        }
        return moved
    }

    private static func onMembers(_ filters: [Self]) throws(SCIMError) -> [Self] {
        var moved: [Self] = []
        for filter in filters {
            moved.append(try filter.onMembers())
        }
        return moved
    }
}
