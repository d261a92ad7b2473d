internal import HTTPTypes
internal import WireCodec

/// Everything that there is below the base path (RFC 7644 section 3.2, table 2).
enum SCIMRoute: Hashable, Sendable {
    /// The path that all others begin with.
    static let base = "/scim/v2"

    case users
    case user(String)
    case userSearch
    case groups
    case group(String)
    case groupSearch
    case bulk
    case me
    case search
    case serviceProviderConfig
    case schemas
    case schema(String)
    case resourceTypes
    case resourceType(String)

    /// Finds the route of a path below the base, such as `/Users/2819`, without regard to case.
    init?(_ path: some StringProtocol) {
        let segments = String(path).split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard segments.count >= 2, segments.count <= 3, segments[0].isEmpty else { return nil }
        guard let route = Self.route(segments[1].asciiLowercased, segments.count == 3 ? segments[2] : nil) else {
            return nil
        }
        self = route
    }

    private static func route(_ name: String, _ id: String?) -> Self? {
        switch (name, id) {
        case (".search", nil): .search
        case ("users", ".search"): .userSearch
        case ("groups", ".search"): .groupSearch
        case ("users", nil): .users
        case ("users", let id?): .user(id)
        case ("groups", nil): .groups
        case ("groups", let id?): .group(id)
        case ("bulk", nil): .bulk
        case ("me", nil): .me
        case ("serviceproviderconfig", nil): .serviceProviderConfig
        case ("schemas", nil): .schemas
        case ("schemas", let id?): .schema(id)
        case ("resourcetypes", nil): .resourceTypes
        case ("resourcetypes", let id?): .resourceType(id)
        default: nil
        }
    }

    /// The methods that it takes; everything that is not offered at all takes each of them.
    var methods: [HTTPRequest.Method] {
        switch self {
        case .users, .groups: [.get, .post]
        case .user, .group: [.get, .put, .patch, .delete]
        case .bulk, .userSearch, .groupSearch, .search: [.post]
        case .me: [.get, .post, .put, .patch, .delete]
        case .serviceProviderConfig, .schemas, .schema, .resourceTypes, .resourceType: [.get]
        }
    }
}
