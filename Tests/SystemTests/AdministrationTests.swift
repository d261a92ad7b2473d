import Foundation
import NIOHTTP1
import Testing
import WebSocketClient

/// Commands that show, change and end what a running server works with.
@Suite struct AdministrationTests {
    private static let dana = "005Fk000001aBcDIAU"

    private func json(_ server: ServerProcess, _ command: String) throws -> [String: Any] {
        let arguments = command.split(separator: " ").map(String.init) + ["--json"]
        let object = try JSONSerialization.jsonObject(with: Data(try server.latchkey(arguments).utf8))
        return try #require(object as? [String: Any], "\(command)")
    }

    @Test func `what a group masks is told to its visitors, and to those of no other group`() async throws {
        let server = try await ServerProcess(.demo)
        try await server.start()
        try server.latchkey(["group", "create", "999", "--name", "Others"])
        func masks(_ group: String) async throws -> String {
            let visit = try await HTTP.postJSON(server.url + "/api/v1/visits", #"{"groupid":"\#(group)"}"#)
            let masks = try #require(visit.body.firstMatch(of: /"maskSelectors":.*"maskEverything":(true|false)/))
            return String(masks.output.0)
        }
        #expect(try await masks("12345") == #""maskSelectors":[],"maskEverything":false"#)
        let selectors = [".salary", #"input[name="a, b"]"#]
        try server.latchkey(["group", "update", "12345", "--mask-everything"] + selectors.flatMap { ["--mask", $0] })
        let told = #""maskSelectors":[".salary","input[name=\"a, b\"]"],"maskEverything":true"#
        #expect(try await masks("12345") == told)
        #expect(try await masks("999") == #""maskSelectors":[],"maskEverything":false"#)
        // What is not given stays; what cannot be a selector changes nothing.
        try server.latchkey(["group", "update", "12345", "--name", "Demo"])
        let many = (1...51).flatMap { ["--mask", "#a\($0)"] }
        let long = String(repeating: "a", count: 201)
        let open = ["[name=\"x", "a/*", ".a\\", "[name=x", ":is(a", "a)", "a{"].map { ["--mask", $0] }
        for bad in open + [
            ["--mask", ""], ["--mask", " a"], ["--mask", "a\nb"], ["--mask", long], ["--mask", "a", "--no-masks"], many,
        ] {
            try server.latchkey(["group", "update", "12345"] + bad, expecting: 1)
        }
        #expect(try await masks("12345") == told)
        let shown = try server.latchkey(["group", "show", "12345", "--json"])
        #expect(shown.contains(#"".salary""#) && shown.contains(#""masksEverything" : true"#))
        try server.latchkey(["group", "update", "12345", "--no-masks", "--no-mask-everything"])
        #expect(try await masks("12345") == #""maskSelectors":[],"maskEverything":false"#)
        #expect(await server.stop() == 0)
    }

    @Test func `ends a live session from another process, and one that nobody has come to`() async throws {
        let server = try await ServerProcess(.demo)
        try await server.start()
        for isLive in [true, false] {
            let visit = try await HTTP.postJSON(server.url + "/api/v1/visits", #"{"groupid":"12345"}"#)
            let (socket, key) = (try #require(visit.member("server")), try #require(visit.member("serverKey")))
            let list = try server.latchkey(["session", "list", "--group", "12345", "--json"])
            let rows = try JSONSerialization.jsonObject(with: Data(list.utf8)) as? [[String: Any]]
            let id = try #require(rows?.first?["id"] as? String)
            #expect(rows?.first?["key"] as? String == visit.member("sessionKey"))
            if isLive {
                let last = try await SessionClient(url: socket)
                    .converse { visitor in
                        try await visitor.send(#"{"type":"connect","serverKey":"\#(key)"}"#)
                        _ = try await visitor.next()
                        #expect(try json(server, "session show \(id) --group 12345")["status"] as? String == "waiting")
                        try server.latchkey(["session", "end", id, "--group", "12345"])
                        let start = ContinuousClock.now
                        let end = try await visitor.next()
                        #expect(ContinuousClock.now - start < .seconds(6))
                        return end
                    }
                #expect(last == #"{"type":"ended","status":"K"}"#)
            } else {
                try server.latchkey(["session", "end", id, "--group", "12345"])
            }
            var status = ""
            for _ in 0..<200 where status != "killed" {
                status = try json(server, "session show \(id) --group 12345")["status"] as? String ?? ""
                try await ContinuousClock().sleep(for: .milliseconds(50))
            }
            #expect(status == "killed")
            #expect(try server.latchkey(["session", "end", id, "--group", "12345"], expecting: 1).contains("over"))
        }
        #expect(try server.latchkey(["session", "list", "--group", "12345"]).contains("No session"))
        #expect(try server.latchkey(["session", "list", "--group", "12345", "--all"]).contains("killed"))
        #expect(try server.latchkey(["session", "show", "x", "--group", "12345"], expecting: 1).contains("no session"))
        await server.stop()
    }

    @Test func `changes of one user by several processes at once are all there in the end`() async throws {
        let server = try await ServerProcess(.serve)
        try server.latchkey(["group", "create", "12345", "--name", "Acme"])
        try server.latchkey(["user", "add", "--group", "12345", "--username", "joe"])
        let changes = [
            ["--first-name", "A"], ["--last-name", "B"], ["--email", "c@acme.example"], ["--phone", "4"],
            ["--puid", "e"],
        ]
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for change in changes {
                tasks.addTask { try server.latchkey(["user", "update", "joe", "--group", "12345"] + change) }
            }
            try await tasks.waitForAll()
        }
        let shown = try json(server, "user show joe --group 12345")
        let user = try #require(shown["user"] as? [String: Any])
        #expect(shown["phone"] as? String == "4")
        #expect(user["name"] as? String == "A B")
        #expect(user["email"] as? String == "c@acme.example")
        #expect(user["partnerUserID"] as? String == "e")
    }

    @Test func `shows, changes and deletes users and groups, and the server follows at once`() async throws {
        let server = try await ServerProcess(.demo)
        try await server.start()
        let key = try server.latchkey(["key", "make", "--group", "12345", "--user", Self.dana])
        let form = "partnerid=12345&partneruserid=\(Self.dana)&loginkey=\(key.trimmingCharacters(in: .newlines))"
        let authorize = server.url + "/services/AuthorizationService.svc/rest/Authorize"
        let token = try #require(try await HTTP.postForm(authorize, form).member("authToken"))
        func me() async throws -> Int {
            try await HTTP.send(.GET, server.url + "/api/v1/me", headers: ["authorization": "Bearer \(token)"]).status
        }
        #expect(try await me() == 200)
        let user = try json(server, "user show \(Self.dana) --group 12345")
        #expect((user["user"] as? [String: Any])?["partnerUserID"] as? String == Self.dana)
        let changed = try json(server, "user update \(Self.dana) --group 12345 --email new@acme.example --puid 005NEW")
        #expect(changed["email"] as? String == "new@acme.example" && changed["partnerUserID"] as? String == "005NEW")
        #expect(try await HTTP.postForm(authorize, form).status == 401)
        try server.latchkey(["user", "delete", "005NEW", "--group", "12345"])
        #expect(try await me() == 401)
        #expect(try server.latchkey(["user", "show", "005NEW", "--group", "12345"]).contains("deleted"))

        #expect(try json(server, "group show 12345")["validAPIKeys"] as? Int == 1)
        let wrong = ["group", "delete", "12345", "--name", "Somebody else"]
        #expect(try server.latchkey(wrong, expecting: 1).contains("is not called"))
        let name = try #require((try json(server, "group show 12345")["group"] as? [String: Any])?["name"] as? String)
        try server.latchkey(["group", "delete", "12345", "--name", name])
        #expect(try server.latchkey(["group", "show", "12345"], expecting: 1).contains("there is no group"))
        #expect(try await HTTP.send(.GET, server.url + "/visit?groupid=12345").status == 404)
        #expect(try await HTTP.postForm(authorize, form).status == 401)
        #expect(try server.latchkey(["audit", "verify"]).contains("unbroken"))
        // The id is free for a new start.
        try server.latchkey(["group", "create", "12345", "--name", "Acme"])
        #expect(try json(server, "group show 12345")["users"] as? Int == 0)
        await server.stop()
    }

    @Test func `the link that open prints signs in once`() async throws {
        let server = try await ServerProcess(.demo)
        try await server.start()
        // Where people reach the server is known from its last start.
        let link =
            try server.latchkey(
                ["open", Self.dana, "--group", "12345"],
                settings: ["LATCHKEY_HTTP_PORT": "1", "LATCHKEY_HTTP_PUBLIC_URL": ""]
            )
            .trimmingCharacters(in: .newlines)
        #expect(link.hasPrefix(server.url + "/"))
        let named = ["open", Self.dana, "--group", "12345", "--public-url", "https://support.example"]
        #expect(try server.latchkey(named).hasPrefix("https://support.example/"))
        let page = try await HTTP.send(.GET, link)
        #expect(page.status == 200 && page.body.contains("Dana Whitfield"))
        #expect(page.header("set-cookie") != nil)
        #expect(try await HTTP.send(.GET, link).status == 401)
        try server.latchkey(["user", "suspend", Self.dana, "--group", "12345"])
        #expect(try server.latchkey(["open", Self.dana, "--group", "12345"], expecting: 1).contains("suspended"))
        await server.stop()
    }

    @Test func `the exported audit is every row with its hash, and goes on where it ended`() async throws {
        let server = try await ServerProcess(.serve)
        for group in ["12345", "54321"] { try server.latchkey(["group", "create", group, "--name", "A \"b\""]) }
        func export(_ options: [String]) throws -> [[String: Any]] {
            try server.latchkey(["audit", "export"] + options).split(separator: "\n")
                .compactMap { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
        }
        let all = try export([])
        #expect(all.compactMap { $0["row"] as? Int } == [1, 2])
        let newest = try server.latchkey(["audit", "verify"])
        #expect(newest.contains(try #require(all.last?["hash"] as? String)))
        #expect(try export(["--after", "1"]).count == 1)
        #expect(try export(["--group", "12345"]).count == 1)
        #expect(try export(["--after", "2"]).isEmpty)
    }

    @Test func `listens on the IPv6 loopback, and asks for a name elsewhere`() async throws {
        let server = try await ServerProcess(.serve, settings: ["LATCHKEY_HTTP_HOST": "::1"])
        let other = ["LATCHKEY_HTTP_HOST": "fd00::1", "LATCHKEY_HTTP_PLAIN_ALLOWED": "true"]
        #expect(try server.latchkey(["serve"], settings: other, expecting: 1).contains("--public-url"))
        try server.latchkey(["group", "create", "12345", "--name", "Acme"])
        #expect(try server.latchkey(["configuration"]).contains("http.host"))
        let url = "http://[::1]:\(server.port)"
        try await server.start(at: url)
        let refused = try await HTTP.postForm(
            url + "/services/AuthorizationService.svc/rest/Authorize",
            "partnerid=12345&partneruserid=nobody&loginkey=x"
        )
        #expect(refused.status == 401)
        #expect(try server.latchkey(["audit", "list", "--refused", "--json"]).contains(#""source" : "::1""#))
        #expect(await server.stop() == 0)
    }
}
