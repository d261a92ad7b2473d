import Accounts
import Testing
import WireCodec

@testable import SCIM

@Suite struct GroupEndpointTests {
    private static func query(_ filter: String) throws -> ListQuery {
        var fields = FieldSet()
        try fields.add(name: "filter", value: filter)
        return try ListQuery(fields, .all)
    }

    @Test func `a user who comes into a second group leaves the first`() async throws {
        let office = try await SCIMOffice()
        let id = try await office.add(#"{"userName":"joe"}"#)
        let add = try object(#"{"Operations":[{"op":"add","path":"members","value":[{"value":"\#(id)"}]}]}"#)
        try await office.groups.patch(office.agents.id.groupID, by: add, if: .none)
        #expect(try await office.user(id)?.roleID == office.agents.id)
        try await office.groups.patch(office.guests.id.groupID, by: add, if: .none)
        #expect(try await office.user(id)?.roleID == office.guests.id)
        #expect(try await office.groups.read(office.agents.id.groupID).object["members"] == nil)
        let remove = try object(#"{"Operations":[{"op":"remove","path":"members[value eq \"\#(id)\"]"}]}"#)
        try await office.groups.patch(office.agents.id.groupID, by: remove, if: .none)
        #expect(try await office.user(id)?.roleID == office.guests.id)
        try await office.groups.patch(office.guests.id.groupID, by: remove, if: .none)
        #expect(try await office.user(id)?.roleID == nil)
    }

    @Test func `creates, renames, fills and deletes a group`() async throws {
        let office = try await SCIMOffice()
        let ids = [try await office.add(#"{"userName":"a"}"#), try await office.add(#"{"userName":"b"}"#)]
        let answer = try await office.groups.create(
            try object(#"{"displayName":"New","members":[{"value":"\#(ids[0])","type":"User"}]}"#)
        )
        let id = try #require(answer.object["id"]?.text)
        #expect(answer.object["members"]?.elements?.map { $0.object?["value"] } == [.string(ids[0])])
        let role = try #require(await office.store.roles(of: office.partnerID).first { $0.name == "New" })
        #expect(role.privileges == .all)
        let renamed = try await office.groups.replace(id, by: try object(#"{"displayName":"Newer"}"#), if: .none)
        #expect(renamed.object["members"]?.elements?.count == 1)
        let filled = try await office.groups.replace(
            id,
            by: try object(#"{"displayName":"Newer","members":[{"value":"\#(ids[1])"}]}"#),
            if: .none
        )
        #expect(filled.object["members"]?.elements?.map { $0.object?["value"] } == [.string(ids[1])])
        #expect(filled.version != renamed.version)
        try await office.groups.delete(id, if: .none)
        #expect(try await office.user(ids[1])?.roleID == nil)
        #expect(await problem { _ = try await office.groups.read(id) } == .notFound)
    }

    @Test func `does nothing for somebody who does not exist`() async throws {
        let office = try await SCIMOffice()
        let unknown = #"[{"value":"99999"}]"#
        let body = try object(#"{"displayName":"New","members":\#(unknown)}"#)
        #expect(await problem { _ = try await office.groups.create(body) }?.keyword == .invalidValue)
        #expect(try await office.store.roles(of: office.partnerID).count == 2)
        let rename = try object(
            #"{"Operations":[{"op":"replace","value":{"displayName":"X","members":\#(unknown)}}]}"#
        )
        let id = office.agents.id.groupID
        #expect(await problem { try await office.groups.patch(id, by: rename, if: .none) }?.keyword == .invalidValue)
        #expect(try await office.groups.read(id).object["displayName"] == "Agents")
        let taken = try object(#"{"displayName":"Guests"}"#)
        #expect(await problem { _ = try await office.groups.create(taken) }?.keyword == .uniqueness)
    }

    @Test func `finds groups by name and member`() async throws {
        let office = try await SCIMOffice()
        let id = try await office.add(#"{"userName":"joe","roles":[{"value":"Guests"}]}"#)
        for (filter, names) in [
            (#"displayName eq "agents""#, ["Agents"]), (#"displayName co "E""#, ["Agents", "Guests"]),
            (#"displayName sw "x""#, []), (#"displayName ne "Agents""#, ["Guests"]),
            (#"id eq "\#(office.agents.id.groupID)""#, ["Agents"]), (#"members.value eq "\#(id)""#, ["Guests"]),
            (#"members eq "\#(id)""#, ["Guests"]), (#"members[value eq "\#(id)" and type eq "User"]"#, ["Guests"]),
            (#"not (members.value eq "\#(id)")"#, ["Agents"]), ("members pr", ["Guests"]),
            (#"members.value eq "x""#, []), (#"externalId eq "x""#, []),
            (#"meta.resourceType eq "Group""#, ["Agents", "Guests"]),
        ] {
            let found = try await office.groups.list(try Self.query(filter))
            #expect(found.resources.compactMap { $0["displayName"]?.text } == names, "\(filter)")
            #expect(found.total == names.count)
        }
        for filter in [#"members.value co "1""#, #"members[not (value eq "1")]"#, #"members.$ref eq "x""#] {
            #expect(
                await problem { _ = try await office.groups.list(try Self.query(filter)) }?.keyword == .invalidFilter
            )
        }
    }
}
