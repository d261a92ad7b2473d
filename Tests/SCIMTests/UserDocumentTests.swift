import Accounts
import LoginKey
import Testing
import WireCodec

@testable import SCIM

@Suite struct UserDocumentTests {
    private static func role() throws -> Role {
        Role(id: Role.ID(7), partnerID: try PartnerID(parsing: "12345"), name: "Agents", privileges: .all)
    }

    private static func user() throws -> User {
        User(
            id: User.ID(2819),
            partnerID: try PartnerID(parsing: "12345"),
            partnerUserID: try PartnerUserID(parsing: "00uÄ~&"),
            username: try Username(parsing: "Joe@Office.example"),
            firstName: "Joe",
            lastName: "Döe",
            email: "joe@office.example",
            phone: "+1 201 555 0123",
            roleID: Role.ID(7),
            createdAt: 1_305_261_754,
            modifiedAt: 1_305_261_755
        )
    }

    @Test func `is a resource as RFC 7643 wants it`() throws {
        let document = UserDocument(try Self.user(), role: try Self.role(), links: SCIMOffice.links)
        let expected: JSONObject = [
            "schemas": [.string(URN.user)], "id": "2819", "externalId": "00uÄ~&", "userName": "joe@office.example",
            "name": ["familyName": "Döe", "givenName": "Joe", "formatted": "Joe Döe"], "displayName": "Joe Döe",
            "active": true,
            "emails": [["value": "joe@office.example", "type": "work", "primary": true]],
            "phoneNumbers": [["value": "+1 201 555 0123", "type": "work", "primary": true]],
            "roles": [["value": "Agents", "primary": true]],
            "groups": [
                [
                    "value": "g7", "$ref": "https://latchkey.example/scim/v2/Groups/g7", "display": "Agents",
                    "type": "direct",
                ]
            ],
            "meta": [
                "resourceType": "User", "created": "2011-05-13T04:42:34Z", "lastModified": "2011-05-13T04:42:35Z",
                "location": "https://latchkey.example/scim/v2/Users/2819", "version": .string(document.version),
            ],
        ]
        #expect(document.object == expected)
    }

    @Test func `is read again as the same user`() throws {
        let user = try Self.user()
        let document = UserDocument(user, role: try Self.role(), links: SCIMOffice.links).object
        for state in [User.State.active, .suspended, .lockedOut] {
            var before = user
            before.state = state
            let shown = UserDocument(before, role: try Self.role(), links: SCIMOffice.links).object
            var after = before
            _ = try UserReader(roles: RoleIndex([Self.role()])).apply(shown, to: &after)
            #expect(after == before)
        }
        let (read, _) = try UserReader(roles: RoleIndex([Self.role()])).user(from: document, in: user.partnerID)
        var expected = user
        (expected.id, expected.createdAt, expected.modifiedAt) = (User.ID(0), 0, 0)
        #expect(read == expected)
    }

    @Test func `shows nothing that a user does not have`() throws {
        let user = User(
            partnerID: try PartnerID(parsing: "1"),
            partnerUserID: nil,
            username: try Username(parsing: "j")
        )
        let names = UserDocument(user, role: nil, links: SCIMOffice.links).object.members.map(\.name)
        #expect(names == ["schemas", "id", "userName", "displayName", "active", "meta"])
    }

    @Test func `has the stored version, and another one when the role has`() throws {
        let user = try Self.user()
        let version = UserDocument(user, role: try Self.role(), links: SCIMOffice.links).version
        var changed = user
        changed.version += 1
        #expect(UserDocument(changed, role: try Self.role(), links: SCIMOffice.links).version != version)
        var renamed = try Self.role()
        renamed.version += 1
        #expect(UserDocument(user, role: renamed, links: SCIMOffice.links).version != version)
        #expect(UserDocument(user, role: nil, links: SCIMOffice.links).version != version)
        #expect(UserDocument(user, role: try Self.role(), links: SCIMOffice.links).version == version)
    }

    private static func read(_ json: String, into user: User? = nil) throws -> User {
        let reader = UserReader(roles: RoleIndex([try role()]))
        guard var user else { return try reader.user(from: object(json), in: PartnerID(parsing: "12345")).0 }
        _ = try reader.apply(object(json), to: &user)
        return user
    }

    @Test func `takes the primary address, or else the one for work, or else the first`() throws {
        let home = #"{"value":"home@x","type":"home"}"#
        let work = #"{"value":"work@x","type":"Work"}"#
        let primary = #"{"value":"primary@x","type":"other","primary":true}"#
        for (elements, expected) in [
            ([home, work, primary], "primary@x"), ([home, work], "work@x"), ([home], "home@x"), ([], ""),
            ([#"{"type":"work"}"#, home], "home@x"), ([#"{"value":"e","primary":"True"}"#, work], "e"),
        ] {
            let json = #"{"userName":"joe","emails":[\#(elements.joined(separator: ","))]}"#
            #expect(try Self.read(json).email == expected)
        }
    }

    @Test func `names are matched without regard to case, and what is unknown is read over`() throws {
        let user = try Self.read(
            #"""
            {"SCHEMAS":["urn:ietf:params:scim:schemas:core:2.0:user"],"username":"Joe","NAME":{"GIVENNAME":"J"},
            "id":"77","meta":5,"nickName":["x"],"groups":[{"value":"7"}],"displayName":3,"active":"False"}
            """#
        )
        #expect(user.username.text == "joe")
        #expect(user.firstName == "J")
        #expect(user.id.number == 0)
        #expect(user.roleID == nil)
        #expect(user.state == .suspended)
    }

    @Test func `clears what is missing, but not state, role and password`() throws {
        var before = try Self.user()
        before.state = .suspended
        before.passwordHash = PasswordHash(text: "x")
        let after = try Self.read(#"{"userName":"joe"}"#, into: before)
        #expect(after.partnerUserID == nil)
        #expect(after.firstName + after.lastName + after.email + after.phone == "")
        #expect(after.state == .suspended)
        #expect(after.roleID == Role.ID(7))
        #expect(after.passwordHash == before.passwordHash)
        #expect(try Self.read(#"{"userName":"joe","roles":[]}"#, into: before).roleID == nil)
        #expect(try Self.read(#"{"userName":"joe","roles":null}"#, into: before).roleID == nil)
        #expect(try Self.read(#"{"userName":"joe","active":true}"#, into: before).state == .active)
    }

    @Test func `gives the role of a name`() throws {
        for name in ["Agents", "agents"] {
            #expect(try Self.read(#"{"userName":"joe","roles":[{"value":"\#(name)"}]}"#).roleID == Role.ID(7))
        }
        let two = #"{"userName":"joe","roles":[{"value":"x"},{"value":"Agents","primary":"True"}]}"#
        #expect(try Self.read(two).roleID == Role.ID(7))
    }

    @Test(arguments: [
        #"{}"#, #"{"userName":""}"#, #"{"userName":5}"#, #"{"userName":"a b"}"#, #"{"userName":"ä"}"#,
        #"{"userName":"j","externalId":5}"#, #"{"userName":"j","externalId":"\u0000"}"#,
        #"{"userName":"j","name":"Joe"}"#, #"{"userName":"j","name":{"givenName":1}}"#,
        #"{"userName":"j","emails":"a@b"}"#, #"{"userName":"j","emails":["a@b"]}"#,
        #"{"userName":"j","emails":[{"value":5}]}"#, #"{"userName":"j","emails":[{"value":"x","primary":"maybe"}]}"#,
        #"{"userName":"j","active":1}"#, #"{"userName":"j","active":"yes"}"#, #"{"userName":"j","password":5}"#,
        #"{"userName":"j","roles":[{"value":"Nobody"}]}"#, #"{"userName":"j","roles":"Agents"}"#,
        #"{"userName":"j","roles":[{"value":"Agents"},{"value":"Others"}]}"#,
    ])
    func `refuses wrong types and values`(_ json: String) {
        #expect(keyword { _ = try Self.read(json) } == .invalidValue)
    }

    @Test func `refuses another schema`() {
        #expect(keyword { _ = try Self.read(#"{"schemas":["urn:x"],"userName":"j"}"#) } == .invalidSyntax)
    }
}
