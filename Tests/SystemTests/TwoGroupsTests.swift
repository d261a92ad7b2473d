import Foundation
import NIOHTTP1
import Testing

/// Two groups whose users, ids and session keys are the same: what one may do never finds anything of the other
/// (`docs/threats.md#cross-group`).
@Suite struct TwoGroupsTests {
    /// One group's administrator, as programs act for them.
    private struct Office {
        let server: ServerProcess
        let group: String
        let admin: String
        let apiKey: String
        let accessToken: String

        init(_ server: ServerProcess, group: String) throws {
            self.server = server
            self.group = group
            admin = "admin-\(group)"
            try server.latchkey(["group", "create", group, "--name", "Group \(group)"])
            let made = try server.latchkey(["apikey", "create", "--group", group, "--json"])
            apiKey = try Self.member("apiKey", of: made)
            try server.latchkey([
                "user", "add", "--group", group, "--puid", "admin", "--username", admin, "--administrator",
            ])
            try server.latchkey(["user", "add", "--group", group, "--puid", "joe", "--username", "joe-\(group)"])
            let token = try server.latchkey(["token", "create", "--group", group, "--user", admin, "--json"])
            accessToken = try Self.member("accessToken", of: token)
        }

        static func member(_ name: String, of json: String) throws -> String {
            let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
            return try #require(object?[name] as? String)
        }

        func loginKey() throws -> String {
            try server.latchkey(["key", "make", "--group", group, "--user", "admin"]).trimmingCharacters(in: .newlines)
        }

        func send(_ method: HTTPMethod, _ path: String, _ body: String? = nil) async throws -> HTTP.Answer {
            try await HTTP.send(
                method,
                server.url + path,
                headers: ["authorization": "Bearer \(accessToken)", "content-type": "application/json"],
                body: body.map { Array($0.utf8) }
            )
        }

        func papi(_ operation: String, _ form: String) async throws -> HTTP.Answer {
            let login = "PartnerLogin=\(admin)&PartnerAuth=\(try loginKey().replacing("$", with: "%24"))"
            return try await HTTP.postForm("\(server.url)/PAPI/\(operation).asp", "\(login)&\(form)")
        }

        func session(_ operation: String, _ key: String) async throws -> HTTP.Answer {
            let credentials = "partnerid=\(group)&partneruserid=admin&loginkey=\(try loginKey())"
            return try await HTTP.postForm(
                "\(server.url)/services/SessionService.asmx/\(operation)",
                "\(credentials)&ssnkey=\(key)"
            )
        }

        func counts() async throws -> HTTP.Answer {
            let day = Date().addingTimeInterval(-3600).formatted(.iso8601)
            let end = Date().addingTimeInterval(3600).formatted(.iso8601)
            return try await HTTP.postForm(
                "\(server.url)/services/activityservice.asmx/PartnerSessionCounts",
                "partnerId=\(group)&apiKey=\(apiKey)&type=&status=A&startRange=\(day)&endRange=\(end)"
            )
        }

        /// The ids of everything of this group, as SCIM lists it.
        func ids(_ kind: String) async throws -> Set<String> {
            let answer = try await send(.GET, "/scim/v2/\(kind)")
            let object = try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any]
            let resources = object?["Resources"] as? [[String: Any]] ?? []
            return Set(resources.compactMap { $0["id"] as? String })
        }
    }

    private func withOffices(_ body: (Office, Office) async throws -> Void) async throws {
        let server = try await ServerProcess(.serve)
        let (one, two) = (try Office(server, group: "1234"), try Office(server, group: "12345"))
        try await server.start()
        try await body(one, two)
        #expect(await server.stop() == 0)
    }

    @Test func `accounts of one are not there for the other, by SCIM, REST and the Partner User API`() async throws {
        try await withOffices { one, two in
            let role = #"[{"name":"Sales","description":"","settings":{"viewVideo":true}}]"#
            for computer in [one, two] {
                #expect(try await computer.send(.POST, "/api/v0/groups/\(computer.group)/roles", role).status == 200)
            }
            let theirs = (users: try await two.ids("Users"), roles: try await two.ids("Groups"))
            #expect(theirs.users.count == 2 && theirs.roles.count == 1)
            #expect(try await one.ids("Users").isDisjoint(with: theirs.users))
            let patch = """
                {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                "Operations":[{"op":"replace","path":"active","value":false}]}
                """
            for id in theirs.users {
                #expect(try await one.send(.GET, "/scim/v2/Users/\(id)").status == 404)
                #expect(try await one.send(.PATCH, "/scim/v2/Users/\(id)", patch).status == 404)
                #expect(try await one.send(.DELETE, "/scim/v2/Users/\(id)").status == 404)
                #expect(try await one.send(.GET, "/api/v0/groups/1234/users/\(id)").status == 404)
            }
            for id in theirs.roles {
                let number = id.dropFirst()
                #expect(try await one.send(.GET, "/scim/v2/Groups/\(id)").status == 404)
                #expect(try await one.send(.DELETE, "/scim/v2/Groups/\(id)").status == 404)
                #expect(try await one.send(.GET, "/api/v0/groups/1234/roles/\(number)").status == 404)
                #expect(try await one.send(.POST, "/api/v0/groups/1234/delete-roles", "[\(number)]").status == 404)
                let change = #"[{"roleId":\#(number),"name":"Stolen"}]"#
                #expect(try await one.send(.PUT, "/api/v0/groups/1234/roles", change).status == 404)
                let member = #"{"userName":"eve","roles":[{"value":"\#(id)"}]}"#
                #expect(try await one.send(.POST, "/scim/v2/Users", member).status == 400)
            }
            for path in ["users", "roles"] {
                #expect(try await one.send(.GET, "/api/v0/groups/12345/\(path)").status == 404)
            }
            #expect(try await one.papi("DeleteUser", "PartnerUserID=joe").status == 200)
            #expect(try await one.papi("DeleteUser", "PartnerUserID=joe").status == 404)
            #expect(try await one.papi("ShowUsers", "PageCount=10&PartnerUserID=*").body.contains("12345") == false)
            #expect(try await two.ids("Users") == theirs.users)
            #expect(try await two.ids("Groups") == theirs.roles)
            let untouched = try await two.papi("ShowUsers", "PageCount=10&PartnerUserID=joe")
            #expect(untouched.body.contains("joe-12345"))
        }
    }

    @Test func `sessions and visitors of one are not there for the other`() async throws {
        try await withOffices { one, two in
            let visit = try await HTTP.postJSON(
                two.server.url + "/api/v1/visits",
                #"{"groupid":"12345","visitorid":"v1"}"#
            )
            #expect(visit.status == 200)
            let found = try await two.session("LookupPartnerSession2", "v1")
            #expect(found.body.contains("<agentjoinurl>http"))
            let missed = try await one.session("LookupPartnerSession2", "v1")
            #expect(missed.status == 200)
            #expect(missed.body.contains("<id>0</id>") && missed.body.contains("<agentjoinurl></agentjoinurl>"))
            let joined = try await one.send(.POST, "/api/v1/sessions", #"{"action":"join","sessionkey":"v1"}"#)
            #expect(joined.status == 404)
            #expect(try await one.counts().body.contains("<count>") == false)
            let lookUp = try await one.send(.GET, "/lookupvisitor?groupid=12345&visitorid=v1")
            #expect(lookUp.status == 401)
        }
    }

    @Test func `credentials of one open nothing of the other`() async throws {
        try await withOffices { one, two in
            let authorize = one.server.url + ServiceTests.authorize
            let key = try one.loginKey()
            let swapped = "partnerid=12345&partneruserid=admin&loginkey=\(key)"
            #expect(try await HTTP.postForm(authorize, swapped).status == 401)
            let report = "partnerId=12345&apiKey=\(one.apiKey)&type=&status=A"
            let range = "startRange=2026-01-01T00:00:00Z&endRange=2026-01-02T00:00:00Z"
            let counts = try await HTTP.postForm(
                "\(one.server.url)/services/activityservice.asmx/PartnerSessionCounts",
                "\(report)&\(range)"
            )
            #expect(counts.status == 401)
            let papi = try await HTTP.postForm(
                "\(one.server.url)/PAPI/ShowRoles.asp",
                "PartnerLogin=\(two.admin)&PartnerAuth=\(key.replacing("$", with: "%24"))"
            )
            #expect(papi.status == 401)
        }
    }
}
