import Accounts
import Foundation
import HTTPTypes
import LoginKey
import Testing
import WireCodec

@testable import GlanceCompatibility

@Suite struct UserAPIFormTests {
    private static let credentials = "PartnerLogin=boss&PartnerPW=secret-pass"

    private func read(_ operation: UserAPIOperation, _ form: String) throws -> any UserAPICall {
        var fields = FieldSet()
        try fields.add(form: Array("\(Self.credentials)&\(form)".utf8))
        return try operation.call.init(UserAPIForm(fields, for: operation))
    }

    private func error(_ operation: UserAPIOperation, _ form: String) -> UserAPIError? {
        #expect(throws: UserAPIError.self) { try read(operation, form) }
    }

    @Test(arguments: [
        ("PartnerUserID", 255), ("UserFirst", 49), ("UserLast", 49), ("UserEmail", 127), ("UserRole", 70),
        ("UserPW", 49), ("UserAddress", 255),
    ])
    func `keeps to the documented lengths, in characters`(_ name: String, _ limit: Int) throws {
        let letter = name == "UserAddress" ? "a" : "é"
        var rest = ["PartnerUserID": "joe", "UserAddress": "joe"]
        rest[name] = nil
        let others = rest.map { "\($0)=\($1)" }.joined(separator: "&")
        let longest = PercentEncoding.encode(String(repeating: letter, count: limit))
        _ = try read(.newUser, "\(others)&\(name)=\(longest)")
        let error = error(.newUser, "\(others)&\(name)=\(longest)\(PercentEncoding.encode(letter))")
        #expect(error?.code == .invalidField)
        #expect(error?.field == name)
    }

    @Test func `wants eight characters of a password, or none`() throws {
        _ = try read(.newUser, "PartnerUserID=joe&UserAddress=joe&UserPW=")
        _ = try read(.newUser, "PartnerUserID=joe&UserAddress=joe&UserPW=12345678")
        let error = error(.newUser, "PartnerUserID=joe&UserAddress=joe&UserPW=1234567")
        #expect(error?.field == "UserPW")
        #expect(error?.message.contains("1234567") == false)
    }

    @Test(arguments: ["joe", "j", "joe.doe-2.acme", "7", "JOE", "a--b..c"])
    func `takes addresses`(_ text: String) throws {
        #expect(try UserAddress.read(text).text == text.lowercased())
    }

    @Test(arguments: [
        "", ".joe", "joe.", "-joe", "joe-", "joe@acme.example", "joe_doe", "joe doe", "jo\u{E9}", "joe+1",
    ])
    func `refuses other addresses`(_ text: String) {
        #expect(throws: UserAPIError(.invalidField, Self.addressRule, .userAddress)) { try UserAddress.read(text) }
    }

    private static let addressRule =
        "UserAddress is 1 to 255 letters and digits, with . and - between them; it is not an e-mail address."

    @Test(arguments: [
        (UserAPIOperation.newUser, "UserAddress=joe", "PartnerUserID"),
        (.newUser, "PartnerUserID=&UserAddress=joe", "PartnerUserID"), (.newUser, "PartnerUserID=joe", "UserAddress"),
        (.newUser, "PartnerUserID=joe&UserAddress=", "UserAddress"), (.updateUser, "UserFirst=Joe", "PartnerUserID"),
        (.deleteUser, "", "PartnerUserID"), (.showUsers, "PartnerUserID=joe", "PageCount"),
    ])
    func `names what is missing`(_ operation: UserAPIOperation, _ form: String, _ field: String) {
        #expect(error(operation, form) == UserAPIError(.missingField, "\(field) is required.", field: field))
    }

    @Test(arguments: [
        (UserAPIOperation.showUsers, "PageCount=0", "PageCount"), (.showUsers, "PageCount=1001", "PageCount"),
        (.showUsers, "PageCount=ten", "PageCount"), (.showUsers, "PageCount=5&PageStart=0", "PageStart"),
        (.showUsers, "PageCount=5&PageStart=x", "PageStart"), (.showUsers, "PageCount=5&UserRole=a*b", "UserRole"),
        (.updateUser, "PartnerUserID=joe&UserSuspended=", "UserSuspended"),
        (.updateUser, "PartnerUserID=joe&UserSuspended=2", "UserSuspended"),
        (.updateUser, "PartnerUserID=joe&UserAddress=", "UserAddress"),
        (.updateUser, "PartnerUserID=jose%CC%81", "PartnerUserID"),
        (.updateUser, "PartnerUserID=joe&UserFirst=%E2%80%AEeoJ", "UserFirst"),
        (.newUser, "PartnerUserID=joe&UserAddress=joe&UserLast=+Doe", "UserLast"),
    ])
    func `names what is wrong`(_ operation: UserAPIOperation, _ form: String, _ field: String) {
        let error = error(operation, form)
        #expect(error?.code == .invalidField)
        #expect(error?.field == field)
    }

    @Test func `does not take what a call does not know`() {
        #expect(error(.newUser, "PartnerUserID=joe&UserAddress=joe&UserPhone=1")?.field == "userphone")
        #expect(error(.deleteUser, "PartnerUserID=joe&UserFirst=Joe")?.field == "userfirst")
        #expect(error(.showRoles, "PageCount=1")?.field == "pagecount")
        #expect(error(.showRoles, "\(String(repeating: "x", count: 500))=1")?.field?.count == 64)
    }

    @Test func `does not repeat the rest of a password with an ampersand`() {
        let error = error(.newUser, "PartnerUserID=joe&UserAddress=joe&UserPW=half&otherhalf=")
        #expect(error?.code == .unknownParameter)
        #expect(error?.field == nil)
        #expect(error?.message.contains("half") == false)
    }

    @Test func `reads the group that the caller names`() throws {
        var fields = FieldSet()
        try fields.add(form: Array("PARTNERID=12345&partnerlogin=boss&PartnerAuth=k".utf8))
        let form = try UserAPIForm(fields, for: .showRoles)
        #expect(try form.group() == PartnerID(parsing: "12345"))
        let credentials = try form.credentials()
        #expect(credentials["username"] == "boss")
        #expect(credentials["loginkey"] == "k")
        #expect(credentials.nonEmpty("password") == nil)
        var wrong = FieldSet()
        try wrong.add(name: "PartnerID", value: "12345x")
        let second = try UserAPIForm(wrong, for: .showRoles)
        #expect(throws: UserAPIError.self) { try second.group() }
    }

    @Test func `every error code stands in the documentation with its status`() throws {
        let path = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "docs/user-api.md")
        let text = try String(contentsOf: path, encoding: .utf8)
        for code in UserAPIError.Code.allCases {
            #expect(text.contains("| `\(code.rawValue)` | \(code.status.code) |"), "\(code.rawValue)")
        }
        for operation in UserAPIOperation.allCases {
            for parameter in operation.call.parameters {
                #expect(text.contains("`\(parameter.rawValue)`"))
            }
        }
    }
}
