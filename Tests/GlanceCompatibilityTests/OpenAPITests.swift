import Accounts
import Foundation
import LoginKey
import Testing

@testable import GlanceCompatibility

@Suite struct OpenAPITests {
    /// The parts of the document that repeat what the code says elsewhere.
    private struct Document: Decodable {
        struct Schema: Decodable {
            var properties: [String: Property]?
            var required: [String]?
            var maximum: Int64?
            var maxLength: Int?
        }
        struct Property: Decodable {
            var required: [String]?
        }
        struct Components: Decodable {
            var schemas: [String: Schema]
        }
        var components: Components
    }

    private let schemas: [String: Document.Schema]

    init() throws {
        let path = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Sources/WebServices/Resources/openapi.json")
        schemas = try JSONDecoder().decode(Document.self, from: Data(contentsOf: path)).components.schemas
    }

    @Test func `lists every setting of a role`() {
        #expect(schemas["RoleSettings"]?.properties.map { Set($0.keys) } == Set(PrivilegeSet.names))
        #expect(schemas["Role"]?.properties?["settings"]?.required.map(Set.init) == Set(PrivilegeSet.names))
    }

    @Test func `has the limits that the code keeps`() {
        #expect(schemas["Id"]?.maximum == WholeNumber.maximum)
        #expect(schemas["RoleName"]?.maxLength == RoleBody.maximumNameLength)
        #expect(schemas["RoleDescription"]?.maxLength == RoleBody.maximumSummaryLength)
        #expect(schemas["Filter"]?.maxLength == Wildcard.maximumLength)
    }

    @Test func `describes roles and users with the members that they have`() throws {
        let members = try #require(schemas["Role"]?.required)
        let role = Role(id: Role.ID(1), partnerID: try .init(parsing: "1"), name: "R", privileges: [])
        #expect(try Self.members(RoleJSON.bytes(role, count: 0)) == Set(members))
        let user = User(
            id: User.ID(1),
            partnerID: role.partnerID,
            partnerUserID: nil,
            username: try .init(parsing: "u")
        )
        let required = try #require(schemas["User"]?.required)
        #expect(try Self.members(UserJSON.bytes(user, roleNames: [:])) == Set(required))
        #expect(schemas["User"]?.properties.map { Set($0.keys) } == Set(required))
    }

    private static func members(_ json: [UInt8]) throws -> Set<String> {
        let object = try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any]
        return Set(try #require(object).keys)
    }
}
