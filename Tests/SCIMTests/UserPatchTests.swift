import Accounts
import LoginKey
import Testing
import WireCodec

@testable import SCIM

@Suite struct UserPatchTests {
    private static func user() throws -> User {
        User(
            id: User.ID(5),
            partnerID: try PartnerID(parsing: "12345"),
            partnerUserID: try PartnerUserID(parsing: "00u5"),
            username: try Username(parsing: "joe"),
            firstName: "Joe",
            lastName: "Doe",
            email: "joe@x",
            roleID: Role.ID(7)
        )
    }

    private static func roles() throws -> RoleIndex {
        let partnerID = try PartnerID(parsing: "12345")
        return RoleIndex([
            Role(id: Role.ID(7), partnerID: partnerID, name: "Agents", privileges: .all),
            Role(id: Role.ID(8), partnerID: partnerID, name: "Guests", privileges: []),
        ])
    }

    /// What the operations make of Joe.
    private static func patched(_ operations: String) throws -> (User, UserReader.Password) {
        let roles = try roles()
        var user = try user()
        var patch = UserPatch(UserDocument(user, role: roles[user.roleID], links: SCIMOffice.links).object)
        let body = try object(#"{"schemas":["\#(URN.patchOperation)"],"Operations":[\#(operations)]}"#)
        for operation in try PatchOperation.operations(in: body) {
            try patch.apply(operation)
        }
        let password = try UserReader(roles: roles).apply(patch.document, to: &user)
        return (user, password)
    }

    struct Change: Sendable, CustomTestStringConvertible {
        let operations: String
        let expected: @Sendable (inout User) throws -> Void
        var testDescription: String { operations }

        init(_ operations: String, _ expected: @escaping @Sendable (inout User) throws -> Void) {
            self.operations = operations
            self.expected = expected
        }
    }

    /// As Okta documents its requests.
    static let okta = [
        Change(#"{"op":"replace","value":{"active":false}}"#) { $0.state = .suspended },
        Change(#"{"op":"replace","value":{"id":"5","active":true,"schemas":["x"]}}"#) { _ in },
        Change(#"{"op":"replace","value":{"password":"correct horse"}}"#) { _ in },
        Change(#"{"op":"add","value":{"name":{"givenName":"J"},"nickName":"Joey"}}"#) { $0.firstName = "J" },
    ]

    /// As Entra ID documents its requests, with its letter case and its strings for Booleans.
    static let entra = [
        Change(#"{"op":"Replace","path":"active","value":"False"}"#) { $0.state = .suspended },
        Change(#"{"op":"Replace","path":"active","value":false}"#) { $0.state = .suspended },
        Change(#"{"op":"Replace","path":"displayName","value":"Somebody Else"}"#) { _ in },
        Change(#"{"op":"Add","path":"name.formatted","value":"Joe X Doe"}"#) { _ in },
        Change(#"{"op":"Add","path":"title","value":"Boss"}"#) { _ in },
        Change(#"{"op":"Replace","path":"name.familyName","value":"Roe"}"#) { $0.lastName = "Roe" },
        Change(#"{"op":"Replace","path":"emails[type eq \"work\"].value","value":"new@x"}"#) { $0.email = "new@x" },
        Change(#"{"op":"Add","path":"phoneNumbers[type eq \"work\"].value","value":"123"}"#) { $0.phone = "123" },
        Change(#"{"op":"Replace","path":"phoneNumbers[type eq \"work\"].value","value":"123"}"#) { $0.phone = "123" },
        Change(#"{"op":"Add","path":"phoneNumbers[type eq \"mobile\"].value","value":"456"}"#) { $0.phone = "456" },
        Change(#"{"op":"Add","path":"addresses[type eq \"work\"].country","value":"DE"}"#) { _ in },
        Change(
            #"{"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"x"}"#
        ) { _ in },
        Change(#"{"op":"Add","path":"roles[primary eq \"True\"].value","value":"Guests"}"#) { $0.roleID = Role.ID(8) },
        Change(
            #"{"op":"Add","path":"roles","value":[{"primary":"True","type":"x","value":"Guests","display":"Guests"}]}"#
        ) { $0.roleID = Role.ID(8) },
        Change(#"{"op":"Remove","path":"roles","value":[{"value":"Agents"}]}"#) { $0.roleID = nil },
        Change(#"{"op":"Remove","path":"roles","value":[{"value":"Guests"}]}"#) { _ in },
        Change(
            #"""
            {"op":"Replace","value":{"name.givenName":"J","emails[type eq \"work\"].value":"new@x","displayName":"y",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department":"x"}}
            """#
        ) {
            $0.firstName = "J"
            $0.email = "new@x"
        },
        Change(#"{"op":"Replace","path":"userName","value":"Roe"}"#) { $0.username = try Username(parsing: "roe") },
        Change(#"{"op":"Replace","path":"externalId","value":"77"}"#) {
            $0.partnerUserID = try PartnerUserID(parsing: "77")
        },
    ]

    /// As RFC 7644 describes them.
    static let standard = [
        Change(#"{"op":"add","path":"name","value":{"familyName":"Roe"}}"#) { $0.lastName = "Roe" },
        Change(#"{"op":"replace","path":"name","value":{"familyName":"Roe"}}"#) { $0.lastName = "Roe" },
        Change(#"{"op":"remove","path":"name"}"#) {
            $0.firstName = ""
            $0.lastName = ""
        },
        Change(#"{"op":"remove","path":"name.givenName"}"#) { $0.firstName = "" },
        Change(#"{"op":"remove","path":"externalId"}"#) { $0.partnerUserID = nil },
        Change(#"{"op":"replace","path":"externalId","value":null}"#) { $0.partnerUserID = nil },
        Change(#"{"op":"remove","path":"emails"}"#) { $0.email = "" },
        Change(#"{"op":"remove","path":"emails[value eq \"JOE@x\"]"}"#) { $0.email = "" },
        Change(#"{"op":"remove","path":"emails[type eq \"work\"].value"}"#) { $0.email = "" },
        Change(#"{"op":"remove","path":"phoneNumbers.value"}"#) { _ in },
        Change(#"{"op":"remove","path":"roles"}"#) { $0.roleID = nil },
        Change(#"{"op":"replace","path":"emails","value":[{"value":"new@x"}]}"#) { $0.email = "new@x" },
        Change(#"{"op":"replace","path":"emails","value":[]}"#) { $0.email = "" },
        Change(#"{"op":"replace","path":"emails.value","value":"new@x"}"#) { $0.email = "new@x" },
        Change(#"{"op":"replace","path":"phoneNumbers.value","value":"1"}"#) { $0.phone = "1" },
        Change(#"{"op":"add","path":"emails","value":[{"value":"new@x","primary":true}]}"#) { $0.email = "new@x" },
        Change(#"{"op":"add","path":"emails","value":{"value":"other@x","type":"home"}}"#) { _ in },
        Change(#"{"op":"replace","path":"emails[type eq \"work\"]","value":{"value":"new@x"}}"#) { $0.email = "new@x" },
        Change(#"{"op":"add","path":"roles","value":[{"value":"Guests"}]}"#) { $0.roleID = Role.ID(8) },
        Change(#"{"op":"replace","path":"urn:ietf:params:scim:schemas:core:2.0:User:active","value":false}"#) {
            $0.state = .suspended
        },
        Change(#"{"op":"add","value":{"urn:ietf:params:scim:schemas:core:2.0:User":{"active":false}}}"#) {
            $0.state = .suspended
        },
        Change(
            #"{"op":"replace","path":"name.givenName","value":"A"},{"op":"replace","path":"name.givenName","value":"B"}"#
        ) { $0.firstName = "B" },
        Change(#"{"op":"remove","path":"emails"},{"op":"add","path":"emails","value":[{"value":"new@x"}]}"#) {
            $0.email = "new@x"
        },
    ]

    @Test(arguments: okta + entra + standard)
    func `does what identity providers ask for`(_ change: Change) throws {
        var expected = try Self.user()
        try change.expected(&expected)
        #expect(try Self.patched(change.operations).0 == expected)
    }

    @Test func `sets and removes the password`() throws {
        guard case .set("correct horse") = try Self.patched(Self.okta[2].operations).1 else {
            Issue.record("the password is not set")
            return
        }
        guard case .cleared = try Self.patched(#"{"op":"remove","path":"password"}"#).1 else {
            Issue.record("the password is not cleared")
            return
        }
        guard case .unchanged = try Self.patched(Self.okta[0].operations).1 else {
            Issue.record("the password is changed")
            return
        }
    }

    static let refused: [(String, SCIMError.Keyword)] = [
        (#"{"op":"replace","path":"id","value":"6"}"#, .mutability),
        (#"{"op":"replace","path":"meta.created","value":"x"}"#, .mutability),
        (#"{"op":"add","path":"schemas","value":["x"]}"#, .mutability),
        (#"{"op":"add","path":"groups","value":[{"value":"8"}]}"#, .mutability),
        (#"{"op":"remove","path":"groups[value eq \"7\"]"}"#, .mutability),
        (#"{"op":"remove","path":"userName"}"#, .mutability),
        (#"{"op":"remove","path":"active"}"#, .mutability),
        (#"{"op":"remove"}"#, .noTarget),
        (#"{"op":"remove","path":"emails[type eq \"home\"]"}"#, .noTarget),
        (#"{"op":"replace","path":"emails[value co \"home\"].value","value":"x"}"#, .noTarget),
        (#"{"op":"replace","path":"phoneNumbers[not (type eq \"home\")].value","value":"x"}"#, .noTarget),
        (#"{"op":"replace","path":"foo","value":"x"}"#, .invalidPath),
        (#"{"op":"replace","path":"name.foo","value":"x"}"#, .invalidPath),
        (#"{"op":"replace","path":"emails.foo","value":"x"}"#, .invalidPath),
        (#"{"op":"replace","path":"userName[a eq \"b\"]","value":"x"}"#, .invalidPath),
        (#"{"op":"replace","path":"name[a eq \"b\"]","value":"x"}"#, .invalidPath),
        (#"{"op":"replace","path":"userName.x","value":"x"}"#, .invalidPath),
        (#"{"op":"replace","path":"emails[type","value":"x"}"#, .invalidPath),
        (#"{"op":"add","path":"emails","value":"a@b"}"#, .invalidValue),
        (#"{"op":"add","path":"name","value":"x"}"#, .invalidValue),
        (#"{"op":"add","path":"userName"}"#, .invalidValue),
        (#"{"op":"replace","path":"userName","value":null}"#, .invalidValue),
        (#"{"op":"replace","value":"x"}"#, .invalidValue),
        (#"{"op":"replace","path":"active","value":"sometimes"}"#, .invalidValue),
        (#"{"op":"replace","path":"active","value":1}"#, .invalidValue),
        (#"{"op":"replace","path":"roles","value":[{"value":"Nobody"}]}"#, .invalidValue),
        (
            #"{"op":"add","path":"emails","value":[\#((0...100).map { #"{"value":"\#($0)"}"# }.joined(separator: ","))]}"#,
            .invalidValue
        ),
        (#"{"op":"move","path":"userName","value":"x"}"#, .invalidSyntax),
        (#"{"path":"userName","value":"x"}"#, .invalidSyntax),
        (#"5"#, .invalidSyntax),
        (#""#, .invalidSyntax),
    ]

    @Test(arguments: refused)
    func `says what is wrong with operations`(_ operations: String, _ expected: SCIMError.Keyword) {
        #expect(keyword { _ = try Self.patched(operations) } == expected, "\(operations)")
    }
}
