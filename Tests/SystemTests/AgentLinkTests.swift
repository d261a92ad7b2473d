import Foundation
import NIOHTTP1
import Testing

/// `POST /api/v1/agent-links` of a real server (`docs/protocol.md#agent-links`).
@Suite struct AgentLinkTests {
    private static let dana = "005Fk000001aBcDIAU"
    private static let path = "/api/v1/agent-links"

    private func withDemo(_ body: (ServerProcess, _ token: String) async throws -> Void) async throws {
        let server = try await ServerProcess(.demo)
        try await server.start()
        try server.latchkey([
            "user", "add", "--group", "12345", "--puid", "crm", "--username", "crm", "--administrator",
        ])
        let made = try server.latchkey(["token", "create", "--group", "12345", "--user", "crm", "--json"])
        try await body(server, try #require(made.firstMatch(of: /"accessToken" : "([^"]+)"/)?.output.1.description))
        #expect(await server.stop() == 0)
    }

    private func ask(_ server: ServerProcess, _ token: String, _ body: String) async throws -> HTTP.Answer {
        try await HTTP.postJSON(server.url + Self.path, body, headers: ["authorization": "Bearer \(token)"])
    }

    @Test(arguments: [
        (#""target":"viewer","visitorid":"4711""#, "/agentjoin/AgentView.aspx?visitorid=4711&wait=1&"),
        (#""target":"viewer","sessionkey":"4712""#, "/agentjoin/AgentView.aspx?sessionkey=4712&wait=1&"),
        (
            #""target":"panel","visitorid":"4711","visitorname":"Noor Haddad""#,
            "/panel?visitorid=4711&visitorname=Noor%20"
        ),
        (#""target":"panel""#, "/panel?groupid=12345&"),
    ])
    func `a link signs its agent in, once, within a minute`(_ target: String, _ start: String) async throws {
        try await withDemo { server, token in
            let made = try await ask(server, token, #"{"partnerUserId":"\#(Self.dana)",\#(target)}"#)
            #expect(made.status == 201, "\(made.body)")
            let short = try await ask(server, token, #"{"partnerUserId":"\#(Self.dana.prefix(15))",\#(target)}"#)
            #expect(short.status == 201, "\(short.body)")
            let url = try #require(made.member("url"))
            #expect(url.hasPrefix(server.url + start), "\(url)")
            let end = try Date.ISO8601FormatStyle(includingFractionalSeconds: true)
                .parse(#require(made.member("expiresAt")).replacing("0000Z", with: "Z"))
            #expect((50...61).contains(end.timeIntervalSinceNow))

            #expect(try await HTTP.send(.HEAD, url).header("set-cookie") == nil)
            let opened = try await HTTP.send(.GET, url)
            #expect(opened.status == 200)
            #expect(opened.body.contains("Dana Whitfield"))
            let cookie = try #require(opened.header("set-cookie")?.prefix { $0 != ";" })
            #expect(cookie.hasPrefix("GSSNID="))
            // A second opening is refused, unless it is the same browser that loads its page again.
            #expect(try await HTTP.send(.GET, url).status == 401)
            let clean = try #require(url.range(of: "&ticket="))
            let reloaded = try await HTTP.send(
                .GET,
                String(url[..<clean.lowerBound]),
                headers: ["cookie": String(cookie)]
            )
            #expect(reloaded.status == 200 && reloaded.body.contains("Dana Whitfield"))

            let id = try #require(made.member("correlationId"))
            #expect(id == made.header("x-correlation-id"))
            let trail = try server.latchkey(["audit", "list", "--correlation", id, "--json"])
            #expect(trail.contains("agent-links: link to the \(target.contains("panel") ? "panel" : "viewer")"))
            #expect(trail.contains("by ticket") && trail.contains("alreadyUsed"))
            #expect(!trail.contains(url.split(separator: "ticket=").last?.suffix(43) ?? ""))
        }
    }

    @Test func `the panel of a link makes keys, and loses that with the user`() async throws {
        try await withDemo { server, token in
            let made = try await ask(server, token, #"{"username":"dana.whitfield@demo.example","target":"panel"}"#)
            let panel = try await HTTP.send(.GET, try #require(made.member("url")))
            let page = try #require(panel.body.firstMatch(of: /data-token="([^"]+)"/)?.output.1)
            #expect(panel.body.contains(#"data-correlation="\#(made.member("correlationId") ?? "")""#))
            let body = #"{"token":"\#(page)","action":"start"}"#
            #expect(try await HTTP.postJSON(server.url + "/panel/launch", body).status == 200)
            try server.latchkey(["user", "suspend", Self.dana, "--group", "12345"])
            #expect(try await HTTP.postJSON(server.url + "/panel/launch", body).status == 401)
        }
    }

    @Test func `only an administrator's program gets a link, and only for agents of the group`() async throws {
        try await withDemo { server, token in
            let body = #"{"partneruserid":"\#(Self.dana)","target":"panel"}"#
            let key = try server.latchkey(["key", "make", "--group", "12345", "--user", Self.dana])
            let form = "partnerid=12345&partneruserid=\(Self.dana)&loginkey=\(key.trimmingCharacters(in: .newlines))"
            let agent = try #require(
                try await HTTP.postForm(server.url + ServiceTests.authorize, form).member("authToken")
            )
            for bad in ["", "nonsense", agent, token + "x"] {
                let answer = try await ask(server, bad, body)
                #expect(answer.status == 401 && answer.member("error") == "refused", "\(bad)")
            }
            #expect(try await HTTP.send(.GET, server.url + Self.path).status == 405)

            try server.latchkey(["group", "create", "999", "--name", "Others"])
            try server.latchkey(["user", "add", "--group", "999", "--puid", "eve", "--username", "eve"])
            let refused: [(String, String)] = [
                (#""partneruserid":"nobody","target":"panel""#, "unknownUser"),
                (#""username":"nobody","target":"panel""#, "unknownUser"),
                (#""username":"eve","target":"panel""#, "wrongGroup"),
                (#""partneruserid":"005Fk000001aBcFIAU","target":"panel""#, "userSuspended"),
                (#""partneruserid":"005Fk000001aBcEIAU","target":"viewer","visitorid":"1""#, "missingPrivilege"),
            ]
            for (members, reason) in refused {
                let answer = try await ask(server, token, "{\(members)}")
                #expect(answer.status == 404 && answer.member("error") == "notFound", "\(members)")
                let id = try #require(answer.header("x-correlation-id"))
                let audit = try server.latchkey(["audit", "list", "--correlation", id, "--json"])
                #expect(audit.contains(#""\#(reason)""#), "\(audit)")
                let log = try String(contentsOfFile: server.log, encoding: .utf8).split(separator: "\n")
                #expect(log.contains { $0.contains(id) && $0.contains("reason=\(reason)") }, "\(reason)")
            }
        }
    }

    @Test func `says what is wrong with a request`() async throws {
        try await withDemo { server, token in
            let agent = #""partneruserid":"\#(Self.dana)""#
            try server.latchkey(["user", "add", "--group", "12345", "--username", "nopuid"])
            for members in [
                #""target":"panel""#, agent, agent + #","username":"dana","target":"panel""#,
                agent + #","target":"desktop""#, agent + #","target":"viewer""#,
                agent + #","target":"viewer","visitorid":"1","sessionkey":"2""#,
                agent + #","target":"panel","sessionkey":"2""#, agent + #","target":"viewer","visitorid":"a b""#,
                agent + #","target":"panel","visitorname":"a\u0000b""#, agent + #","target":"panel","Target":"panel""#,
                #""username":"nopuid","target":"panel""#,
            ] {
                let answer = try await ask(server, token, "{\(members)}")
                #expect(answer.status == 400, "\(members): \(answer.body)")
            }
        }
    }
}
