import Foundation
import NIOHTTP1
import Testing

/// `POST /api/v1/viewer-links` of a real server (`docs/protocol.md#viewer-links`).
@Suite struct ViewerLinkTests {
    private static let path = "/api/v1/viewer-links"

    /// A sign-in: its `gssnId` and its token.
    private func signIn(_ server: ServerProcess, _ user: String) async throws -> (id: String, token: String) {
        let key = try server.latchkey(["key", "make", "--group", "12345", "--user", user])
            .trimmingCharacters(in: .newlines)
        let form = "partnerid=12345&partneruserid=\(user)&loginkey=\(key)"
        let answer = try await HTTP.postForm(server.url + ServiceTests.authorize, form)
        return (try #require(answer.member("gssnId")), try #require(answer.member("authToken")))
    }

    private func ask(_ server: ServerProcess, _ signIn: String, _ members: String) async throws -> HTTP.Answer {
        try await HTTP.postJSON(server.url + Self.path, #"{"gssnid":"\#(signIn)"\#(members)}"#)
    }

    @Test func `a link shows a session to its own user, once`() async throws {
        let server = try await ServerProcess(.demo)
        try await server.start()
        let (dana, token) = try await signIn(server, "005Fk000001aBcDIAU")
        let made = try await ask(server, dana, #","sessionkey":"4711""#)
        #expect(made.status == 201, "\(made.body)")
        let url = try #require(made.member("url"))
        #expect(url.hasPrefix(server.url + "/agentjoin/AgentView.aspx?sessionkey=4711&wait=1&groupid=12345&ticket="))

        let opened = try await HTTP.send(.GET, url)
        #expect(opened.status == 200 && opened.body.contains("Dana Whitfield"))
        #expect(opened.body.contains(#"data-mode="wait""#))
        #expect(try await HTTP.send(.GET, url).status == 401)
        // One sign-in: that of the token. What comes of the link is in the trail of the request that asked for it.
        let trail = try server.latchkey([
            "audit", "list", "--correlation", try #require(made.header("x-correlation-id")), "--json",
        ])
        #expect(trail.contains("pageOpened") && trail.contains("alreadyUsed"))
        #expect(!trail.contains(#""authenticate""#) || trail.contains("alreadyUsed"))

        let long = String(repeating: "k", count: 64)
        for members in ["", #","sessionkey":"""#, #","sessionkey":"a b""#, #","sessionkey":"\#(long)""#] {
            #expect(try await ask(server, dana, members).status == 400, "\(members)")
        }
        #expect(try await HTTP.postJSON(server.url + Self.path, "4711").status == 400)
        // A token is no sign-in: it may do less, and ends sooner.
        for bad in ["", "nonsense", dana + "x", token] {
            #expect(try await ask(server, bad, #","sessionkey":"4711""#).status == 401, "\(bad)")
        }
        let bearer = ["authorization": "Bearer \(token)"]
        let borne = try await HTTP.postJSON(server.url + Self.path, #"{"sessionkey":"4711"}"#, headers: bearer)
        #expect(borne.status == 401)
        #expect(try await HTTP.send(.GET, server.url + Self.path).status == 405)
        // Who may not join sessions gets no way to one; whoever is suspended, not even by a link that was made before.
        let later = try #require(try await ask(server, dana, #","sessionkey":"4711""#).member("url"))
        try server.latchkey(["group", "update", "12345", "--login-key-urls"])
        try server.latchkey(["user", "suspend", "005Fk000001aBcDIAU", "--group", "12345"])
        #expect(try await HTTP.send(.GET, later).status == 401)
        #expect(try await ask(server, dana, #","sessionkey":"4711""#).status == 401)
        #expect(await server.stop() == 0)
    }
}
