import Accounts
import Foundation
import FoundationXML
import HTTPTypes
import LoginKey
import Testing

@testable import GlanceCompatibility

@Suite struct UserAPITests {
    let office: TwoGroups

    init() async throws {
        office = try await TwoGroups()
    }

    private func texts(_ element: String, in answer: TwoGroups.Answer) -> [String] {
        let reader = ElementReader(element)
        let parser = XMLParser(data: Data(answer.body.utf8))
        parser.delegate = reader
        #expect(parser.parse(), "not well-formed: \(answer.body)")
        return reader.texts
    }

    private func expectError(
        _ answer: TwoGroups.Answer,
        _ code: UserAPIError.Code,
        field: String? = nil,
        at location: SourceLocation = #_sourceLocation
    ) {
        #expect(answer.status == code.status.code, sourceLocation: location)
        #expect(texts("result", in: answer) == ["error"], sourceLocation: location)
        #expect(texts("code", in: answer) == [code.rawValue], sourceLocation: location)
        #expect(texts("field", in: answer) == [field].compactMap(\.self), sourceLocation: location)
        #expect(texts("correlationid", in: answer).first?.count == 32, sourceLocation: location)
    }

    private func addRole(_ name: String, to partnerID: String = "12345") async throws -> Role {
        try await office.store.createRole(
            Role(id: Role.ID(0), partnerID: PartnerID(parsing: partnerID), name: name, privileges: []),
            recording: TwoGroups.event
        )
    }

    // MARK: Users

    @Test func `adds a user and shows them as they were sent`() async throws {
        let role = try await addRole("Joiner & co")
        let answer = try await office.papi(
            "NewUser",
            "PartnerUserID=005%26%3C~%C3%A9&UserAddress=Dana.W&UserFirst=Dana&UserLast=%C3%98rsted%3E"
                + "&UserEmail=dana%40x.example&UserRole=Joiner+%26+co"
        )
        #expect(answer.status == 200)
        #expect(answer.headers[.contentType] == "text/xml; charset=utf-8")
        #expect(texts("result", in: answer) == ["ok"])
        #expect(texts("PartnerUserID", in: answer) == ["005&<~é"])
        #expect(texts("UserAddress", in: answer) == ["dana.w"])
        #expect(texts("UserLast", in: answer) == ["Ørsted>"])
        #expect(texts("UserRole", in: answer) == ["Joiner & co"])
        #expect(texts("UserSuspended", in: answer) == ["0"])
        let user = try #require(try await office.user("005&<~é"))
        #expect(user.email == "dana@x.example")
        #expect(user.roleID == role.id)
        #expect(user.passwordHash == nil)
        #expect(!user.isAdministrator)
    }

    @Test func `says which name is taken, in whichever group an address is`() async throws {
        _ = try await office.papi("NewUser", "PartnerUserID=joe&UserAddress=joe")
        let sameID = try await office.papi("NewUser", "PartnerUserID=joe&UserAddress=joe2")
        expectError(sameID, .userExists, field: "PartnerUserID")
        let sameAddress = try await office.papi("NewUser", "PartnerUserID=joe2&UserAddress=JOE")
        expectError(sameAddress, .userExists, field: "UserAddress")
        let ofOthers = try await office.papi("NewUser", "PartnerUserID=joe2&UserAddress=chief")
        expectError(ofOthers, .userExists, field: "UserAddress")
    }

    @Test func `knows roles of its group only`() async throws {
        _ = try await addRole("Theirs", to: "67890")
        for role in ["Theirs", "theirs", "Nobody's"] {
            let answer = try await office.papi("NewUser", "PartnerUserID=joe&UserAddress=joe&UserRole=\(role)")
            expectError(answer, .unknownRole, field: "UserRole")
        }
        #expect(try await office.user("joe") == nil)
    }

    @Test func `changes what the form names and clears what is empty`() async throws {
        let role = try await addRole("R")
        _ = try await office.papi(
            "NewUser",
            "PartnerUserID=joe&UserAddress=joe&UserFirst=Joe&UserLast=Doe&UserEmail=j%40x&UserRole=R"
        )
        let before = try #require(try await office.user("joe"))
        let answer = try await office.papi(
            "UpdateUser",
            "PartnerUserID=joe&UserLast=&UserPW=&UserAddress=joe-2&UserSuspended=YES"
        )
        #expect(texts("UserState", in: answer) == ["suspended"])
        var expected = before
        expected.lastName = ""
        expected.username = try Username(parsing: "joe-2")
        expected.version += 1
        expected.state = .suspended
        #expect(try await office.user("joe") == expected)
        #expect(expected.roleID == role.id)
        _ = try await office.papi("UpdateUser", "PartnerUserID=joe&UserRole=-none-&UserSuspended=0")
        let after = try #require(try await office.user("joe"))
        #expect(after.roleID == nil)
        #expect(after.state == .active)
        #expect(after.firstName == "Joe")
    }

    @Test func `a new password lets a locked out user in again`() async throws {
        _ = try await office.papi("NewUser", "PartnerUserID=joe&UserAddress=joe")
        try await office.change("joe") { $0.state = .lockedOut }
        let locked = try await office.papi("UpdateUser", "PartnerUserID=joe&UserFirst=Joe")
        #expect(texts("UserState", in: locked) == ["lockedOut"])
        #expect(texts("UserSuspended", in: locked) == ["1"])
        let answer = try await office.papi("UpdateUser", "PartnerUserID=joe&UserPW=new%26password")
        #expect(texts("UserState", in: answer) == ["active"])
        #expect(!answer.body.contains("new"))
        #expect(try await office.user("joe")?.passwordHash?.matches(password: "new&password") == true)
    }

    @Test func `deletes a user, whose names are free then`() async throws {
        _ = try await office.papi("NewUser", "PartnerUserID=joe&UserAddress=joe")
        #expect(try await office.papi("DeleteUser", "PartnerUserID=joe").status == 200)
        expectError(try await office.papi("DeleteUser", "PartnerUserID=joe"), .userNotFound, field: "PartnerUserID")
        expectError(
            try await office.papi("UpdateUser", "PartnerUserID=joe&UserFirst=J"),
            .userNotFound,
            field: "PartnerUserID"
        )
        let again = try await office.papi("NewUser", "PartnerUserID=joe&UserAddress=joe")
        #expect(again.status == 200, "\(again.body)")
    }

    @Test func `an administrator does not lock themselves out`() async throws {
        let deletion = try await office.papi("DeleteUser", "PartnerUserID=boss")
        expectError(deletion, .ownAccount, field: "PartnerUserID")
        let suspension = try await office.papi("UpdateUser", "PartnerUserID=boss&UserSuspended=1")
        expectError(suspension, .ownAccount, field: "PartnerUserID")
        #expect(try await office.papi("UpdateUser", "PartnerUserID=boss&UserSuspended=0&UserLast=B").status == 200)
    }

    // MARK: Lists

    @Test func `shows users page by page`() async throws {
        for index in 1...4 {
            _ = try await office.papi("NewUser", "PartnerUserID=u\(index)&UserAddress=user\(index)")
        }
        var seen: [String] = []
        var start = ""
        repeat {
            let answer = try await office.papi("ShowUsers", "PageCount=2&PageStart=\(start)")
            #expect(texts("total", in: answer) == ["5"])
            seen += texts("PartnerUserID", in: answer)
            start = texts("PageStart", in: answer).first ?? ""
        } while !start.isEmpty
        #expect(seen == ["boss", "u1", "u2", "u3", "u4"])
    }

    @Test func `finds users by both ends of a text and by what is missing`() async throws {
        _ = try await addRole("Senior joiner")
        _ = try await office.papi("NewUser", "PartnerUserID=a-1&UserAddress=anna.x&UserRole=Senior+joiner")
        _ = try await office.papi("NewUser", "PartnerUserID=B-1&UserAddress=bert.x")
        for (filter, expected) in [
            ("UserAddress=ANNA*", ["a-1"]), ("UserAddress=*.x", ["a-1", "B-1"]), ("PartnerUserID=*-*", ["a-1", "B-1"]),
            ("PartnerUserID=b-1", []), ("UserRole=senior*", ["a-1"]), ("UserRole=-none-", ["boss", "B-1"]),
            ("UserRole=-none-&UserAddress=*.x", ["B-1"]), ("UserRole=*", ["a-1"]), ("PartnerUserID=-none-", []),
            ("UserAddress=chief", []),
        ] {
            let answer = try await office.papi("ShowUsers", "PageCount=10&\(filter)")
            #expect(texts("PartnerUserID", in: answer) == expected, "\(filter)")
        }
    }

    @Test func `takes a Salesforce id of 15 and of 18 characters for one user`() async throws {
        let (short, long) = ("005Fk000001aBcD", "005Fk000001aBcDIAU")
        #expect(try await office.papi("NewUser", "PartnerUserID=\(long)&UserAddress=dana").status == 200)
        expectError(
            try await office.papi("NewUser", "PartnerUserID=\(short)&UserAddress=other"),
            .userExists,
            field: "PartnerUserID"
        )
        let answer = try await office.papi("ShowUsers", "PageCount=10&PartnerUserID=\(short)")
        #expect(texts("PartnerUserID", in: answer) == [long])
    }

    @Test func `shows the roles with how many users have them`() async throws {
        _ = try await addRole("B")
        _ = try await addRole("A")
        _ = try await addRole("Theirs", to: "67890")
        _ = try await office.papi("NewUser", "PartnerUserID=joe&UserAddress=joe&UserRole=B")
        let answer = try await office.papi("ShowRoles")
        #expect(texts("UserRole", in: answer) == ["A", "B"])
        #expect(texts("UserCount", in: answer) == ["0", "1"])
    }

    // MARK: The request

    @Test func `takes the administrator's password, and refuses all others alike`() async throws {
        let password = "correct+horse+%26+battery"
        var generator = SystemRandomNumberGenerator()
        let hash = try PasswordHash(password: "correct horse & battery", using: &generator)
        try await office.change("boss") { $0.passwordHash = hash }
        for (form, status) in [
            ("PartnerLogin=boss&PartnerPW=\(password)", 200),
            ("PartnerLogin=BOSS&PartnerPW=\(password)&PartnerID=12345", 200),
            ("PartnerLogin=boss&PartnerPW=\(password)&PartnerID=67890", 401),
            ("PartnerLogin=boss&PartnerPW=wrong-password", 401), ("PartnerLogin=boss", 401), ("", 401),
            ("PartnerLogin=nobody&PartnerPW=\(password)", 401), ("PartnerLogin=boss&PartnerAuth=$1$x", 401),
            ("PartnerLogin=boss&PartnerPW=\(password)&PartnerAuth=$1$x", 401),
        ] {
            let answer = try await office.send(.post, "/papi/showroles.asp", body: form)
            #expect(answer.status == status, "\(form)")
            if status == 401 { expectError(answer, .refused) }
        }
    }

    @Test func `refuses whoever is no administrator any more`() async throws {
        try await office.change("boss") { $0.isAdministrator = false }
        expectError(try await office.papi("ShowRoles"), .refused)
    }

    @Test func `refuses other methods, URLs with parameters and other bodies`() async throws {
        for method in [HTTPRequest.Method.get, .put, .delete, .patch] {
            let answer = try await office.send(method, "/PAPI/ShowRoles.asp")
            expectError(answer, .methodNotAllowed)
            #expect(answer.headers[.allow] == "POST")
        }
        expectError(try await office.send(.post, "/PAPI/ShowRoles.asp?PartnerLogin=boss"), .parametersInURL)
        let json = try await office.send(
            .post,
            "/PAPI/ShowRoles.asp",
            headers: [.contentType: "application/json"],
            body: "{}"
        )
        expectError(json, .unsupportedMediaType)
        let long = "PartnerLogin=" + String(repeating: "x", count: 33_000)
        expectError(try await office.send(.post, "/PAPI/ShowRoles.asp", body: long), .tooLarge)
        expectError(try await office.papi("ShowRoles", "partnerLOGIN=boss"), .duplicateParameter)
        for form in ["PageCount=%zz", "PageCount", "PageCount=1&UserRole=a&b"] {
            expectError(try await office.papi("ShowUsers", form), .malformedRequest)
        }
    }

    @Test func `a malformed call spends no LoginKey`() async throws {
        let partnerID = try PartnerID(parsing: "12345")
        try await office.store.updateGroup(
            Group(partnerID: partnerID, name: "x", usePolicy: .once),
            recording: TwoGroups.event
        )
        #expect(try await office.papi("ShowUsers").status == 400)
        #expect(try await office.papi("ShowUsers", "PageCount=1").status == 200)
        #expect(try await office.papi("ShowUsers", "PageCount=1").status == 401)
    }

    @Test func `every change is in the audit, and no password`() async throws {
        _ = try await office.papi("NewUser", "PartnerUserID=joe&UserAddress=joe&UserPW=secret-one")
        _ = try await office.papi("UpdateUser", "PartnerUserID=joe&UserPW=secret-two&UserAddress=jo")
        _ = try await office.papi("DeleteUser", "PartnerUserID=joe")
        let filter = AuditFilter(partnerID: try PartnerID(parsing: "12345"))
        let events = try await office.store.auditEvents(filter)
        let changes = events.filter { $0.action == .administration && $0.actor == "boss" }
        #expect(
            changes.map(\.detail) == [
                "papi: user joe added", "papi: user jo changed: was joe, password set", "papi: user jo deleted",
            ]
        )
        #expect(!events.contains { "\($0)".contains("secret") })
    }
}

/// Collects the texts of all elements of one name.
private final class ElementReader: NSObject, XMLParserDelegate {
    private let name: String
    private var current: String?
    private(set) var texts: [String] = []

    init(_ name: String) {
        self.name = name
    }

    func parser(
        _ parser: XMLParser,
        didStartElement element: String,
        namespaceURI: String?,
        qualifiedName: String?,
        attributes: [String: String] = [:]
    ) {
        if element == name { current = "" }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        current?.append(string)
    }

    func parser(_ parser: XMLParser, didEndElement element: String, namespaceURI: String?, qualifiedName: String?) {
        guard element == name, let text = current else { return }
        texts.append(text)
        current = nil
    }
}
