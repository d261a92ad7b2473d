import Testing
import WireCodec

@testable import SCIM

@Suite struct AttributeSelectionTests {
    static let user: JSONObject = [
        "schemas": [.string(URN.user)], "id": "1", "userName": "joe",
        "name": ["familyName": "Doe", "givenName": "Joe", "formatted": "Joe Doe"],
        "emails": [["value": "a@b", "type": "work"]],
    ]

    static let selections: [(String, String)] = [
        ("", "schemas id userName name.familyName name.givenName emails.value emails.type"),
        ("attributes=userName", "schemas id userName"),
        ("attributes=USERNAME,emails", "schemas id userName emails.value emails.type"),
        ("attributes=name.familyName", "schemas id name.familyName"),
        ("attributes=name", "schemas id name.familyName name.givenName"),
        ("attributes=name.formatted", "schemas id name.formatted"),
        ("attributes=urn:ietf:params:scim:schemas:core:2.0:User:emails.type", "schemas id emails.type"),
        ("attributes=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:userName", "schemas id"),
        ("attributes=nickName", "schemas id"),
        ("excludedAttributes=id,schemas,name,emails.type", "schemas id userName emails.value"),
        ("excludedAttributes=name.familyName", "schemas id userName name.givenName emails.value emails.type"),
    ]

    @Test(arguments: selections)
    func `shows what was asked for`(_ query: String, _ expected: String) throws {
        var fields = FieldSet()
        try fields.add(form: Array(query.utf8))
        let selected = try AttributeSelection(fields).apply(to: Self.user)
        #expect(Self.paths(selected).joined(separator: " ") == expected)
    }

    private static func paths(_ object: JSONObject) -> [String] {
        object.members.flatMap { member in
            let inner = member.value.object ?? member.value.elements?.first?.object
            return inner?.members.map { "\(member.name).\($0.name)" } ?? [member.name]
        }
    }

    @Test func `takes no contradiction`() throws {
        var fields = FieldSet()
        try fields.add(form: Array("attributes=id&excludedAttributes=name".utf8))
        #expect(keyword { _ = try AttributeSelection(fields) } == .invalidValue)
    }

    @Test(arguments: [
        ("", 1, 100), ("startIndex=0&count=5", 1, 5), ("startIndex=-3&count=-1", 1, 0),
        ("startIndex=7&count=5000", 7, 1000),
    ])
    func `pages start at one and are bounded`(_ query: String, _ startIndex: Int, _ count: Int) throws {
        var fields = FieldSet()
        try fields.add(form: Array(query.utf8))
        let list = try ListQuery(fields, .all)
        #expect(list.startIndex == startIndex)
        #expect(list.count == count)
    }

    @Test func `schemas say what is unique, required and never shown`() throws {
        let schema = ResourceSchema.user.object(SCIMOffice.links)
        let attributes = try #require(schema["attributes"]?.elements).compactMap(\.object)
        let password = try #require(attributes.first { $0["name"] == "password" })
        #expect(password["returned"] == "never")
        #expect(password["mutability"] == "writeOnly")
        let name = try #require(attributes.first { $0["name"] == "userName" })
        #expect(name["required"] == true)
        #expect(name["uniqueness"] == "server")
        #expect(ResourceSchema.user.naming([]).attribute("roles") == nil)
        let roles = ResourceSchema.user.naming(["Agents"]).attribute("roles")
        #expect(roles?.subAttributes.first?.canonicalValues == ["Agents"])
    }
}
