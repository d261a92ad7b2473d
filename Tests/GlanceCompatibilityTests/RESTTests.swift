import Accounts
import Foundation
import HTTPTypes
import LoginKey
import Testing

@testable import GlanceCompatibility

@Suite struct RESTTests {
    let office: TwoGroups

    init() async throws {
        office = try await TwoGroups()
    }

    private struct RoleAnswer: Decodable, Equatable {
        var roleId: Int64
        var name: String
        var description: String
        var inUse: Bool
        var userCount: Int
        var settings: [String: Bool]
    }

    private struct UsersAnswer: Decodable {
        struct Pagination: Decodable {
            var offset: Int
            var pageSize: Int
            var totalRecords: Int
        }
        struct User: Decodable {
            var userId: Int64
            var username: String
            var partnerUserId: String?
            var suspended: Bool
            var administrator: Bool
            var roleId: Int64?
            var roleName: String?
            var lastModified: String
        }
        var pagination: Pagination
        var usersList: [User]
    }

    private func decode<Value: Decodable>(_ type: Value.Type, _ answer: TwoGroups.Answer) throws -> Value {
        #expect(answer.status == 200, "\(answer.body)")
        return try JSONDecoder().decode(type, from: Data(answer.body.utf8))
    }

    private func addRoles(_ body: String) async throws -> [RoleAnswer] {
        try decode([RoleAnswer].self, try await office.rest(.post, "/12345/roles", body: body))
    }

    // MARK: Roles

    @Test func `adds roles, and shows them with all settings`() async throws {
        let created = try await addRoles(
            #"[{"name":"B","settings":{"viewVideo":true}},{"name":"A","description":"first"}]"#
        )
        #expect(created.map(\.name) == ["B", "A"])
        #expect(created.allSatisfy { $0.roleId > 0 && !$0.inUse && $0.settings.count == PrivilegeSet.names.count })
        #expect(created.first?.settings.filter(\.value).map(\.key) == ["viewVideo"])
        let all = try decode([RoleAnswer].self, try await office.rest(.get, "/12345/roles"))
        #expect(all.map(\.name) == ["A", "B"])
        let one = try await office.rest(.get, "/12345/roles/\(created[1].roleId)")
        #expect(try decode(RoleAnswer.self, one) == created[1])
    }

    @Test func `changes what a body names, all or none`() async throws {
        let created = try await addRoles(
            #"[{"name":"A","description":"x","settings":{"viewVideo":true,"dataCapture":true}},{"name":"B"}]"#
        )
        let (a, b) = (created[0].roleId, created[1].roleId)
        let answer = try await office.rest(
            .put,
            "/12345/roles",
            body: #"[{"roleId":\#(a),"settings":{"viewVideo":false,"showScreen":true}},{"roleId":\#(b),"name":"C"}]"#
        )
        #expect(answer.body == #"{"status":"ok"}"#)
        let role = try decode(RoleAnswer.self, try await office.rest(.get, "/12345/roles/\(a)"))
        #expect(role.settings.filter(\.value).map(\.key).sorted() == ["dataCapture", "showScreen"])
        #expect(role.description == "x")
        for body in [
            #"[{"roleId":\#(b),"name":"D"},{"roleId":\#(a),"name":"D"}]"#,
            #"[{"roleId":\#(b),"name":"D"},{"roleId":999,"name":"E"}]"#,
            #"[{"roleId":\#(b),"name":"D"},{"roleId":\#(b),"name":"E"}]"#, #"[{"name":"D"}]"#,
        ] {
            #expect(try await office.rest(.put, "/12345/roles", body: body).status >= 400, "\(body)")
        }
        let names = try decode([RoleAnswer].self, try await office.rest(.get, "/12345/roles")).map(\.name)
        #expect(names == ["A", "C"])
    }

    @Test func `what was read can be sent back`() async throws {
        _ = try await addRoles(#"[{"name":"A","settings":{"viewVideo":true}}]"#)
        let before = try await office.rest(.get, "/12345/roles")
        #expect(try await office.rest(.put, "/12345/roles", body: before.body).status == 200)
        #expect(try await office.rest(.get, "/12345/roles").body == before.body)
    }

    @Test func `deletes roles, but none that somebody has`() async throws {
        let ids = try await addRoles(#"[{"name":"A"},{"name":"B"}]"#).map(\.roleId)
        try await office.change("boss") { $0.roleID = Role.ID(ids[1]) }
        let refused = try await office.rest(.post, "/12345/delete-roles", body: "[\(ids[0]),\(ids[1])]")
        #expect(refused.status == 409)
        #expect(try await office.rest(.get, "/12345/roles/\(ids[0])").status == 200)
        let used = try decode(RoleAnswer.self, try await office.rest(.get, "/12345/roles/\(ids[1])"))
        #expect(used.inUse)
        #expect(used.userCount == 1)
        #expect(try await office.rest(.post, "/12345/delete-roles", body: "[\(ids[0])]").status == 200)
        #expect(try await office.rest(.get, "/12345/roles/\(ids[0])").status == 404)
        #expect(try await office.rest(.post, "/12345/delete-roles", body: "[\(ids[0])]").status == 404)
        for body in ["[]", "{}", "[0]", "[-1]", "[\(ids[1]),\(ids[1])]", "[\"1\"]", "[1.5]", "[null]", "", "[1"] {
            #expect(try await office.rest(.post, "/12345/delete-roles", body: body).status == 400, "\(body)")
        }
    }

    @Test func `refuses a name that is taken, and more roles than there may be`() async throws {
        _ = try await addRoles(#"[{"name":"A"}]"#)
        #expect(try await office.rest(.post, "/12345/roles", body: #"[{"name":"A"}]"#).status == 409)
        #expect(try await office.rest(.post, "/12345/roles", body: #"[{"name":"B"},{"name":"B"}]"#).status == 409)
        let many = (0...100).map { #"{"name":"R\#($0)"}"# }.joined(separator: ",")
        #expect(try await office.rest(.post, "/12345/roles", body: "[\(many)]").status == 400)
        let long = #"[{"name":"A","description":"\#(String(repeating: "x", count: 300_000))"}]"#
        #expect(try await office.rest(.post, "/12345/roles", body: long).status == 413)
    }

    // MARK: Users

    @Test func `lists users page by page`() async throws {
        for index in 1...3 {
            _ = try await office.papi("NewUser", "PartnerUserID=u\(index)&UserAddress=user\(index)")
        }
        let answer = try await office.rest(.get, "/12345/users?limit=2&offset=2")
        let users = try decode(UsersAnswer.self, answer)
        #expect(users.pagination.offset == 2)
        #expect(users.pagination.pageSize == 2)
        #expect(users.pagination.totalRecords == 4)
        #expect(users.usersList.map(\.username) == ["user2", "user3"])
        #expect(users.usersList.first?.lastModified == "2023-11-14T22:13:20.0000000Z")
        let all = try decode(UsersAnswer.self, try await office.rest(.get, "/12345/users"))
        #expect(all.pagination.pageSize == 20)
        let boss = try #require(all.usersList.first)
        #expect(boss.administrator)
        #expect(boss.roleId == nil)
        let one = try await office.rest(.get, "/12345/users/\(boss.userId)")
        #expect(try decode(UsersAnswer.User.self, one).username == "boss")
    }

    @Test func `combines conditions with and, or with or`() async throws {
        let role = try #require(try await addRoles(#"[{"name":"R"}]"#).first)
        _ = try await office.papi("NewUser", "PartnerUserID=u1&UserAddress=anna&UserFirst=Anna&UserRole=R")
        _ = try await office.papi("NewUser", "PartnerUserID=u2&UserAddress=bert&UserFirst=Bert")
        for (query, expected) in [
            ("firstName=anna&username=bert", []), ("firstName=anna&username=bert&orMode=true", ["anna", "bert"]),
            ("roleID=\(role.roleId)", ["anna"]), ("roleID=\(role.roleId)&puid=u2&ORMODE=true", ["anna", "bert"]),
            ("roleName=-none-", ["boss", "bert"]), ("puid=u*", ["anna", "bert"]),
            ("orMode=true", ["boss", "anna", "bert"]),
            ("firstName=", ["boss", "anna", "bert"]), ("lastName=-none-&puid=u1", ["anna"]), ("roleID=999999", []),
            ("puid=u1&_=1&groupid=12345", ["anna"]),
        ] {
            let users = try decode(UsersAnswer.self, try await office.rest(.get, "/12345/users?\(query)"))
            #expect(users.usersList.map(\.username) == expected, "\(query)")
        }
    }

    @Test func `a deleted user is not there`() async throws {
        _ = try await office.papi("NewUser", "PartnerUserID=joe&UserAddress=joe")
        let id = try #require(try await office.user("joe")).id
        _ = try await office.papi("DeleteUser", "PartnerUserID=joe")
        #expect(try await office.rest(.get, "/12345/users/\(id)").status == 404)
        let users = try decode(UsersAnswer.self, try await office.rest(.get, "/12345/users?username=joe"))
        #expect(users.usersList.isEmpty)
    }

    // MARK: Who may

    @Test func `another group is not there, and nothing of it is`() async throws {
        let role = try #require(try await addRoles(#"[{"name":"A"}]"#).first)
        let boss = try #require(try await office.user("boss")).id
        for group in ["12345", "99999", "x", "067890"] {
            for (method, path, body) in [
                (HTTPRequest.Method.get, "/roles", ""), (.post, "/roles", #"[{"name":"B"}]"#),
                (.put, "/roles", #"[{"roleId":\#(role.roleId),"name":"B"}]"#), (.get, "/roles/\(role.roleId)", ""),
                (.post, "/delete-roles", "[\(role.roleId)]"), (.get, "/users", ""), (.get, "/users/\(boss)", ""),
            ] {
                let answer = try await office.rest(method, "/\(group)\(path)", as: "chief", body: body)
                #expect(answer.status == 404, "\(group) \(path)")
            }
        }
        for (method, path, body) in [
            (HTTPRequest.Method.put, "/roles", #"[{"roleId":\#(role.roleId),"name":"B"}]"#),
            (.get, "/roles/\(role.roleId)", ""), (.post, "/delete-roles", "[\(role.roleId)]"),
            (.get, "/users/\(boss)", ""), (.get, "/users/0", ""), (.get, "/users/01", ""), (.get, "/roles/x", ""),
        ] {
            let answer = try await office.rest(method, "/67890\(path)", as: "chief", body: body)
            #expect(answer.status == 404, "\(path)")
        }
    }

    @Test func `lets administrators in, and nobody else`() async throws {
        _ = try await office.papi("NewUser", "PartnerUserID=joe&UserAddress=joe")
        #expect(try await office.rest(.get, "/12345/roles", as: "joe").status == 401)
        #expect(try await office.send(.get, "/api/v0/groups/12345/roles").status == 401)
        let wrong = try await office.send(
            .get,
            "/api/v0/groups/12345/roles",
            headers: [.authorization: "Bearer x.y.z"]
        )
        #expect(wrong.status == 401)
    }

    @Test func `says which methods there are`() async throws {
        for (method, path, allowed) in [
            (HTTPRequest.Method.delete, "/roles", "GET, POST, PUT"), (.put, "/roles/1", "GET"),
            (.get, "/delete-roles", "POST"), (.post, "/users", "GET"), (.options, "/users/1", "GET"),
        ] {
            let answer = try await office.rest(method, "/12345\(path)")
            #expect(answer.status == 405)
            #expect(answer.headers[.allow] == allowed)
            #expect(answer.body.contains("methodNotAllowed"))
        }
    }

    @Test func `changes and deletes roles only from the version that is named`() async throws {
        let id = try await addRoles(#"[{"name":"A"},{"name":"B"}]"#)[0].roleId
        let list = try #require(try await office.rest(.get, "/12345/roles").headers[.eTag])
        let one = try #require(try await office.rest(.get, "/12345/roles/\(id)").headers[.eTag])
        func put(_ name: String, _ version: String) async throws -> Int {
            let body = #"[{"roleId":\#(id),"name":"\#(name)"}]"#
            return try await office.rest(.put, "/12345/roles", ifMatch: version, body: body).status
        }
        #expect(try await put("C", one) == 200)
        #expect(try await put("D", one) == 412)
        #expect(try await put("D", list) == 412)
        #expect(try await office.rest(.post, "/12345/delete-roles", ifMatch: one, body: "[\(id)]").status == 412)
        #expect(try await office.rest(.post, "/12345/roles", ifMatch: list, body: #"[{"name":"E"}]"#).status == 412)
        let newer = try #require(try await office.rest(.get, "/12345/roles").headers[.eTag])
        #expect(newer != list)
        #expect(try await put("D", newer) == 200)
        #expect(try await put("C", "*") == 200)
        let names = try await office.store.roles(of: PartnerID(parsing: "12345")).map(\.name)
        #expect(names.contains("C") && !names.contains("E"))
    }

    @Test func `every change is in the audit`() async throws {
        let ids = try await addRoles(#"[{"name":"A"},{"name":"B"}]"#).map(\.roleId)
        _ = try await office.rest(.put, "/12345/roles", body: #"[{"roleId":\#(ids[0]),"name":"C"}]"#)
        _ = try await office.rest(.post, "/12345/delete-roles", body: "[\(ids[0]),\(ids[1])]")
        let events = try await office.store.auditEvents(AuditFilter(partnerID: try PartnerID(parsing: "12345")))
        let changes = events.filter { $0.action == .administration && $0.actor == "boss" }
        #expect(
            changes.map(\.detail) == [
                "rest: roles added: A, B", "rest: role C changed", "rest: roles deleted: C, B",
            ]
        )
    }
}
