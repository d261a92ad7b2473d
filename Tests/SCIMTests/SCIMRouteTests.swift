import Testing
import WireCodec

@testable import SCIM

@Suite struct SCIMRouteTests {
    static let routes: [(String, SCIMRoute?)] = [
        ("/Users", .users), ("/users", .users), ("/Users/5", .user("5")), ("/Groups", .groups),
        ("/Groups/a", .group("a")),
        ("/Bulk", .bulk), ("/Me", .me), ("/.search", .search), ("/Users/.search", .userSearch),
        ("/Groups/.search", .groupSearch),
        ("/ServiceProviderConfig", .serviceProviderConfig), ("/Schemas", .schemas),
        ("/Schemas/\(URN.user)", .schema(URN.user)), ("/ResourceTypes/User", .resourceType("User")),
        ("", nil), ("/", nil), ("Users", nil), ("/Users/5/6", nil), ("/Bulk/1", nil), ("/nothing", nil),
        ("//Users", nil),
    ]

    @Test(arguments: routes)
    func `knows its paths`(_ path: String, _ route: SCIMRoute?) {
        #expect(SCIMRoute(path) == route)
    }
}
