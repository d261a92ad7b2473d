import Accounts
import AccountsSQLite
import HTTPCore
import TestSupport
import Testing
import WireCodec

@testable import SCIM

@Suite struct UserEndpointTests {
    private static func query(_ text: String) throws -> ListQuery {
        var fields = FieldSet()
        try fields.add(form: Array(text.utf8))
        return try ListQuery(fields, try AttributeSelection(fields))
    }

    @Test func `creates, reads, changes and deletes a user, and the audit says so`() async throws {
        let office = try await SCIMOffice()
        let id = try await office.add(#"{"userName":"Joe","externalId":"p1","roles":[{"value":"Agents"}]}"#)
        #expect(try await office.user(id)?.roleID == office.agents.id)
        let shown = try await office.users.read(id)
        #expect(shown.location == "https://latchkey.example/scim/v2/Users/\(id)")
        let patch = try object(#"{"Operations":[{"op":"Replace","path":"active","value":"False"}]}"#)
        _ = try await office.users.patch(id, by: patch, if: .none)
        #expect(try await office.user(id)?.state == .suspended)
        _ = try await office.users.replace(id, by: try object(#"{"userName":"joe","active":true}"#), if: .none)
        #expect(try await office.user(id)?.state == .active)
        #expect(try await office.user(id)?.partnerUserID == nil)
        try await office.users.delete(id, if: .none)
        #expect(await problem { _ = try await office.users.read(id) } == .notFound)
        #expect(
            try await office.details().filter { $0.hasPrefix("scim: ") } == [
                "scim: user joe added", "scim: user joe changed: now suspended",
                "scim: user joe changed: now active", "scim: user joe deleted",
            ]
        )
    }

    @Test func `writes nothing where nothing changes`() async throws {
        let office = try await SCIMOffice()
        let id = try await office.add(#"{"userName":"joe","name":{"givenName":"J"}}"#)
        let events = try await office.details().count
        let before = try await office.users.read(id)
        let patch = try object(#"{"Operations":[{"op":"add","path":"name.givenName","value":"J"}]}"#)
        let after = try await office.users.patch(id, by: patch, if: .none)
        #expect(after.version == before.version)
        #expect(try await office.details().count == events)
    }

    @Test func `keeps names unique and fields short`() async throws {
        let office = try await SCIMOffice()
        _ = try await office.add(#"{"userName":"joe","externalId":"p1"}"#)
        for json in [#"{"userName":"JOE"}"#, #"{"userName":"other","externalId":"p1"}"#] {
            #expect(await problem { _ = try await office.add(json) }?.keyword == .uniqueness)
        }
        let long = String(repeating: "x", count: 50)
        for json in [
            #"{"userName":"b","name":{"givenName":"\#(long)"}}"#, #"{"userName":"b","password":"short"}"#,
            #"{"userName":"b","name":{"givenName":"a\u202Eb"}}"#,
        ] {
            #expect(await problem { _ = try await office.add(json) }?.keyword == .invalidValue)
        }
    }

    @Test func `does not lock out the administrator whose token it is`() async throws {
        let office = try await SCIMOffice()
        let id = "\(office.administrator.id)"
        let expected = await problem { try await office.users.delete(id, if: .none) }
        #expect(expected?.detail.contains("administrator") == true)
        let patch = try object(#"{"Operations":[{"op":"replace","value":{"active":false}}]}"#)
        #expect(await problem { _ = try await office.users.patch(id, by: patch, if: .none) } == expected)
        let operation = #"{"Operations":[{"method":"DELETE","path":"/Users/\#(id)"}]}"#
        #expect(try await office.bulk(operation).first?["status"] == "409")
        #expect(try await office.user(id)?.state == .active)
        let rename = try object(#"{"Operations":[{"op":"replace","value":{"name":{"givenName":"A"}}}]}"#)
        _ = try await office.users.patch(id, by: rename, if: .none)
        #expect(try await office.user(id)?.isAdministrator == true)
    }

    @Test func `changes only the version that the client has seen`() async throws {
        let office = try await SCIMOffice()
        let id = try await office.add(#"{"userName":"joe"}"#)
        let version = try await office.users.read(id).version
        let condition = VersionCondition(tags: EntityTags(version))
        let change = try object(#"{"userName":"joe","name":{"givenName":"J"}}"#)
        _ = try await office.users.replace(id, by: change, if: condition)
        #expect(await problem { try await office.users.delete(id, if: condition) } == .preconditionFailed)
        #expect(
            await problem {
                _ = try await office.users.replace(id, by: try object(#"{"userName":"joe"}"#), if: condition)
            } == .preconditionFailed
        )
    }

    @Test func `a change of another process is not undone, and ends one that names an older version`() async throws {
        let office = try await SCIMOffice()
        let id = try await office.add(#"{"userName":"joe"}"#)
        let condition = VersionCondition(tags: EntityTags(try await office.users.read(id).version))
        var user = try #require(try await office.user(id))
        user.phone = "+1 201 555 0123"
        let other: any AccountStore = try SQLiteAccountStore(
            path: office.folder.path + "/latchkey.sqlite",
            masterKey: try MasterKey(bytes: [UInt8](repeating: 1, count: 32))
        )
        try await other.updateUser(user, recording: SCIMOffice.event)
        let patch = try object(#"{"Operations":[{"op":"replace","value":{"name":{"givenName":"J"}}}]}"#)
        #expect(
            await problem { _ = try await office.users.patch(id, by: patch, if: condition) } == .preconditionFailed
        )
        _ = try await office.users.patch(id, by: patch, if: .none)
        let changed = try #require(try await office.user(id))
        #expect(changed.phone == user.phone && changed.firstName == "J" && changed.version == 3)
        try other.close()
    }

    @Test func `lists what fits, page by page, with what was asked for`() async throws {
        let office = try await SCIMOffice()
        for index in 1...5 {
            _ = try await office.add(#"{"userName":"user\#(index)","emails":[{"value":"u\#(index)@x"}]}"#)
        }
        let all = try await office.users.list(try Self.query("count=0"))
        #expect(all.total == 6)
        #expect(all.resources.isEmpty)
        let filter = "filter=userName+sw+%22USER%22&startIndex=2&count=2&attributes=userName"
        let page = try await office.users.list(try Self.query(filter))
        #expect(page.total == 5)
        #expect(page.startIndex == 2)
        #expect(page.resources.map { $0["userName"] } == ["user2", "user3"])
        #expect(page.resources.allSatisfy { $0.members.map(\.name) == ["schemas", "id", "userName"] })
        let one = try await office.users.list(try Self.query("filter=emails%5Bvalue+eq+%22U3%40x%22%5D"))
        #expect(one.resources.map { $0["userName"] } == ["user3"])
    }

    @Test(arguments: ["0", "-1", "+1", "01", "x", "", "99999999999999999999", "1;"])
    func `finds nothing under what is no id`(_ id: String) async throws {
        let office = try await SCIMOffice()
        #expect(await problem { _ = try await office.users.read(id) } == .notFound)
        #expect(await problem { _ = try await office.groups.read(id) } == .notFound)
    }

    @Test func `changes at once do not undo each other`() async throws {
        let office = try await SCIMOffice()
        let id = try await office.add(#"{"userName":"joe"}"#)
        let add = try object(#"{"Operations":[{"op":"add","path":"members","value":[{"value":"\#(id)"}]}]}"#)
        for round in 0..<10 {
            let group = round.isMultiple(of: 2) ? office.agents : office.guests
            let name = try object(#"{"userName":"joe","name":{"givenName":"J\#(round)"}}"#)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { _ = try await office.users.replace(id, by: name, if: .none) }
                tasks.addTask { try await office.groups.patch(group.id.groupID, by: add, if: .none) }
                try await tasks.waitForAll()
            }
            let user = try #require(await office.user(id))
            #expect(user.roleID == group.id)
            #expect(user.firstName == "J\(round)")
        }
    }
}
