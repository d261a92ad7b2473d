import Accounts
import LoginKey
import Testing
import WireCodec

@testable import SCIM

@Suite struct BulkRunTests {
    private static func post(_ name: String, _ more: String = "") -> String {
        #"{"method":"POST","path":"/Users","bulkId":"\#(name)","data":{"userName":"\#(name)"\#(more)}}"#
    }

    private static func request(_ operations: [String], failOnErrors: Int? = nil) -> String {
        let limit = failOnErrors.map { #""failOnErrors":\#($0),"# } ?? ""
        return #"{"schemas":["\#(URN.bulkRequest)"],\#(limit)"Operations":[\#(operations.joined(separator: ","))]}"#
    }

    private static func statuses(_ results: [JSONObject]) -> [String] {
        results.compactMap { $0["status"]?.text }
    }

    @Test func `answers in the order of the request, and failures leave the others alone`() async throws {
        let office = try await SCIMOffice()
        let results = try await office.bulk(
            Self.request([
                Self.post("a"), Self.post("a2", #","externalId":"p""#), Self.post("b c"), Self.post("A"),
                Self.post("d", #","externalId":"p""#), Self.post("e", #","active":5"#), Self.post("f"),
            ])
        )
        #expect(Self.statuses(results) == ["201", "201", "400", "409", "409", "400", "201"])
        #expect(results.compactMap { $0["bulkId"]?.text } == ["a", "a2", "b c", "A", "d", "e", "f"])
        #expect(results[0]["version"] != nil)
        #expect(results[3]["response"]?.object?["scimType"] == "uniqueness")
        let location = try #require(results[6]["location"]?.text)
        #expect(location.hasPrefix("https://latchkey.example/scim/v2/Users/"))
    }

    @Test func `creates, changes and deletes many users`() async throws {
        let office = try await SCIMOffice()
        let created = try await office.bulk(Self.request((0..<300).map { Self.post("u\($0)") }))
        let ids = created.compactMap { $0["location"]?.text?.split(separator: "/").last.map(String.init) }
        #expect(ids.count == 300)
        let patch = #"{"Operations":[{"op":"replace","value":{"active":false}}]}"#
        let changed = try await office.bulk(
            Self.request(ids.map { #"{"method":"PATCH","path":"/Users/\#($0)","data":\#(patch)}"# })
        )
        #expect(Self.statuses(changed) == [String](repeating: "200", count: 300))
        #expect(try await office.user(ids[299])?.state == .suspended)
        let twice = ids.prefix(2)
            .flatMap { id in
                ["givenName", "familyName"]
                    .map { part in
                        let operation = #"{"op":"add","path":"name.\#(part)","value":"\#(part)"}"#
                        return #"{"method":"PATCH","path":"/Users/\#(id)","data":{"Operations":[\#(operation)]}}"#
                    }
            }
        #expect(Self.statuses(try await office.bulk(Self.request(twice))) == ["200", "200", "200", "200"])
        #expect(try await office.user(ids[1])?.displayName == "givenName familyName")
        let deletions = (ids + [ids[0], "77777", "x"]).map { #"{"method":"DELETE","path":"/Users/\#($0)"}"# }
        let deleted = try await office.bulk(Self.request(deletions))
        #expect(Self.statuses(deleted) == [String](repeating: "204", count: 300) + ["404", "404", "404"])
        #expect(try await office.store.users(matching: UserQuery(), of: office.partnerID).total == 1)
    }

    @Test func `names what other operations make, before and after`() async throws {
        let office = try await SCIMOffice()
        let group = #"{"method":"POST","path":"/Groups","bulkId":"g","data":{"displayName":"G","members":[MEMBERS]}}"#
        let members = ["a", "b"].map { #"{"value":"bulkId:\#($0)"}"# }.joined(separator: ",")
        let rename = #"{"method":"PATCH","path":"/Groups/bulkId:g","data":{"Operations":[OPERATION]}}"#
        let operation = #"{"op":"replace","path":"displayName","value":"H"}"#
        let results = try await office.bulk(
            Self.request([
                Self.post("a"), group.replacing("MEMBERS", with: members),
                rename.replacing("OPERATION", with: operation),
                Self.post("b"),
            ])
        )
        #expect(Self.statuses(results) == ["201", "201", "204", "201"])
        let role = try #require(await office.store.roles(of: office.partnerID).first { $0.name == "H" })
        let page = try await office.store.users(matching: UserQuery(filter: .role(role.id)), of: office.partnerID)
        #expect(page.users.map(\.username.text).sorted() == ["a", "b"])
    }

    @Test func `refuses references that lead nowhere`() async throws {
        let office = try await SCIMOffice()
        let change = #"{"method":"DELETE","path":"/Users/bulkId:NAME"}"#
        let results = try await office.bulk(
            Self.request([
                Self.post("a b"), change.replacing("NAME", with: "a b"), change.replacing("NAME", with: "nobody"),
                #"{"method":"POST","path":"/Groups","bulkId":"x","data":{"displayName":"bulkId:y"}}"#,
                #"{"method":"POST","path":"/Groups","bulkId":"y","data":{"displayName":"bulkId:x"}}"#,
            ])
        )
        #expect(Self.statuses(results) == ["400", "409", "409", "409", "409"])
    }

    @Test func `does nothing after the error that ends the request`() async throws {
        let office = try await SCIMOffice()
        let operations = [Self.post("a"), Self.post("b c"), Self.post("d"), Self.post("e f"), Self.post("g")]
        let one = try await office.bulk(Self.request(operations, failOnErrors: 1))
        #expect(Self.statuses(one) == ["201", "400"])
        let names = try await office.store.users(matching: UserQuery(), of: office.partnerID).users.map(\.username.text)
        #expect(names == ["admin", "a"])
        let two = try await office.bulk(Self.request(operations.dropFirst().map { $0 }, failOnErrors: 2))
        #expect(Self.statuses(two) == ["400", "201", "400"])
        let three = try await office.bulk(Self.request(operations, failOnErrors: 4))
        #expect(Self.statuses(three) == ["409", "400", "409", "400"])
    }

    @Test func `roles that were made are there for later operations`() async throws {
        let office = try await SCIMOffice()
        let results = try await office.bulk(
            Self.request([
                Self.post("a", #","roles":[{"value":"New"}]"#),
                #"{"method":"POST","path":"/Groups","bulkId":"g","data":{"displayName":"New"}}"#,
                Self.post("b", #","roles":[{"value":"New"}]"#),
            ])
        )
        #expect(Self.statuses(results) == ["400", "201", "201"])
    }

    @Test(arguments: [
        (#"{}"#, "400"), (#"5"#, "400"), (#"{"method":"POST","path":"/Users","data":{"userName":"a"}}"#, "400"),
        (#"{"method":"POST","path":"/Users","bulkId":"a"}"#, "400"), (#"{"method":"GET","path":"/Users"}"#, "405"),
        (#"{"method":"POST","path":"/Bulk","bulkId":"a","data":{}}"#, "400"),
        (#"{"method":"PATCH","path":"/Users/1","data":{}}"#, "400"),
        (#"{"method":"PUT","path":"/Groups/99","data":{"displayName":"x"}}"#, "404"),
        (#"{"method":"DELETE","path":"/Users/1","version":"W/\"0\""}"#, "412"),
        (#"{"method":"DELETE","path":"https://other.example/Users/1"}"#, "400"),
    ])
    func `says what is wrong with an operation`(_ operation: String, _ status: String) async throws {
        let office = try await SCIMOffice()
        let results = try await office.bulk(Self.request([operation]))
        #expect(Self.statuses(results) == [status])
    }

    @Test func `bounds the number of operations`() throws {
        let limit = BulkRequest.maximumOperationCount
        let many = Self.request([String](repeating: "{}", count: limit + 1))
        #expect(throws: SCIMError.self) { try BulkRequest(try object(many)) }
        #expect(
            try BulkRequest(try object(Self.request([String](repeating: "{}", count: limit)))).operations.count == limit
        )
        #expect(keyword { _ = try BulkRequest(try object(#"{"Operations":[],"failOnErrors":0}"#)) } == .invalidSyntax)
    }
}

extension String {
    fileprivate func replacing(_ word: String, with text: String) -> String {
        split(separator: word, omittingEmptySubsequences: false).joined(separator: text)
    }
}
