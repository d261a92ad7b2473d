import Accounts
import LoginKey
import Testing
import WireCodec

@testable import SCIM

/// What identity providers send and a server has to take.
@Suite struct IdentityProviderInputTests {
    @Test func `takes every character of a local part in user names, and finds them again`() async throws {
        let office = try await SCIMOffice()
        for character in "!#$%&'*+-/=?^_`{|}~." {
            let name = "a\(character)b@acme.example"
            let id = try await office.add(#"{"userName":"\#(name)"}"#)
            let filter = try Filter(parsing: #"userName eq "\#(name)""#)
            let found = try await office.store.users(
                matching: UserQuery(filter: UserFilter(filter)),
                of: office.partnerID
            )
            #expect(found.users.map { "\($0.id)" } == [id], "\(name)")
        }
    }

    @Test(arguments: ["a b", "a\"b", "a(b)", "a,b", "a:b", "a;b", "a<b>", "a[b]", "a\\b", "jos\u{E9}"])
    func `refuses other characters in user names, naming userName`(_ name: String) {
        let error = #expect(throws: LoginKeyError.self) { try Username(parsing: name) }
        #expect(error?.code == .malformedUsername)
    }

    @Test func `takes an empty password for none`() async throws {
        let office = try await SCIMOffice()
        let id = try await office.add(#"{"userName":"joe","password":""}"#)
        #expect(try await office.user(id)?.passwordHash == nil)
        let set = try object(#"{"Operations":[{"op":"replace","path":"password","value":"correct horse"}]}"#)
        _ = try await office.users.patch(id, by: set, if: .none)
        let hash = try await office.user(id)?.passwordHash
        #expect(hash != nil)
        let empty = try object(#"{"Operations":[{"op":"replace","value":{"password":""}}]}"#)
        _ = try await office.users.patch(id, by: empty, if: .none)
        #expect(try await office.user(id)?.passwordHash == hash)
    }

    @Test func `trims and normalises what describes, and names the attribute of what does not fit`() async throws {
        let office = try await SCIMOffice()
        let id = try await office.add(
            #"{"userName":"joe","name":{"givenName":" Jose\u0301 ","familyName":"D\t"},"emails":[{"value":" a@x "}]}"#
        )
        let user = try #require(await office.user(id))
        #expect(user.firstName.unicodeScalars.elementsEqual("Jos\u{E9}".unicodeScalars))
        #expect(user.lastName == "D")
        #expect(user.email == "a@x")
        let long = String(repeating: "x", count: 128)
        for (json, attribute) in [
            (#""name":{"givenName":"\#(long)"}"#, "name.givenName"),
            (#""name":{"familyName":"a\u202Eb"}"#, "name.familyName"), (#""externalId":" a""#, "externalId"),
            (#""emails":[{"value":"\#(long)"}]"#, "emails.value"),
            (#""phoneNumbers":[{"value":"\#(long)"}]"#, "phoneNumbers.value"), (#""password":"short""#, "password"),
        ] {
            let error = await problem { _ = try await office.add(#"{"userName":"b",\#(json)}"#) }
            #expect(error?.keyword == .invalidValue)
            #expect(error?.detail.hasPrefix(attribute) == true, "\(error?.detail ?? "")")
        }
    }

    @Test(arguments: [
        #"{"op":"replace","path":"name.givenName","value":"a\u202Eb"}"#, #"{"op":"replace","path":"foo","value":"x"}"#,
        #"{"op":"replace","path":"userName","value":"no blank"}"#,
        #"{"op":"remove","path":"emails[type eq \"home\"]"}"#,
        #"{"op":"add","path":"roles","value":[{"value":"Nobody"}]}"#,
        #"{"op":"move","path":"title","value":"x"}"#, #"{"op":"add","path":"a b c","value":"x"}"#, "7",
        #"{"op":"remove"}"#,
    ])
    func `makes a leaver inactive whatever else does not fit`(_ other: String) async throws {
        let leave = #"{"op":"Replace","path":"active","value":"False"}"#
        for operations in ["\(leave),\(other)", "\(other),\(leave)"] {
            let office = try await SCIMOffice()
            let id = try await office.add(#"{"userName":"joe"}"#)
            let patch = try object(#"{"Operations":[\#(operations)]}"#)
            _ = try await office.users.patch(id, by: patch, if: .none)
            #expect(try await office.user(id)?.state == .suspended)
            #expect(try await office.details().contains { $0.contains("user joe changed: now suspended; left out: ") })
        }
    }

    @Test func `keeps what is fine of a patch, but nothing behind a wrong path`() async throws {
        let office = try await SCIMOffice()
        let id = try await office.add(#"{"userName":"joe"}"#)
        let patch = try object(
            #"{"Operations":[{"op":"replace","value":{"name":{"givenName":"a\u202Eb","familyName":"Roe"}}}]}"#
        )
        _ = try await office.users.patch(id, by: patch, if: .none)
        #expect(try await office.user(id)?.lastName == "Roe")
        #expect(try await office.user(id)?.firstName.isEmpty == true)
        let wrong = try object(
            #"{"Operations":[{"op":"replace","path":"foo","value":"x"},{"op":"replace","path":"externalId","value":"7"}]}"#
        )
        #expect(await problem { _ = try await office.users.patch(id, by: wrong, if: .none) }?.keyword == .invalidPath)
        #expect(try await office.user(id)?.partnerUserID == nil)
    }
}
