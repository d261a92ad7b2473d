import Foundation
import NIOHTTP1
import Testing

@testable import Accounts

/// A second factor beside the password, at a real server (`docs/passwords.md`).
@Suite struct SecondFactorTests {
    private static let login = "/login/default.aspx"

    /// A browser without scripts: it keeps cookies and knows the form of the last page.
    private final class Visitor {
        let server: ServerProcess
        var cookies: [String: String] = [:]
        var page = HTTP.Answer(status: 0, headers: [:], body: "")

        init(_ server: ServerProcess) { self.server = server }

        func open(_ path: String) async throws {
            try await keep(try await HTTP.send(.GET, server.url + path, headers: headers))
        }

        func post(_ path: String, _ form: String) async throws {
            try await keep(try await HTTP.postForm(server.url + path, form, headers: headers))
        }

        func password(_ path: String = login) async throws {
            try await post(path, "username=dana&password=correct%20horse")
        }

        func code(_ code: String) async throws {
            try await post("/login/code", "state=\(found(#"name="state" value="([0-9a-f]{32})""#))&code=\(code)")
        }

        /// The first group of a pattern in the page.
        func found(_ pattern: String) throws -> String {
            let match = try Regex(pattern).firstMatch(in: page.body)
            return String(try #require(match?.output[1].substring, "no \(pattern) in \(page.body)"))
        }

        func secret() throws -> OneTimeCodes {
            try #require(OneTimeCodes(found("secret=([A-Z2-7]{32})")))
        }

        private var headers: [String: String] {
            let cookie = cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
            return ["cookie": cookie, "origin": server.url]
        }

        private func keep(_ answer: HTTP.Answer) async throws {
            for cookie in answer.headers["set-cookie"] {
                let parts = cookie.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1).map(String.init)
                cookies[parts[0]] = parts.count == 2 && !parts[1].isEmpty ? parts[1] : nil
            }
            page = answer
            if answer.status == 303 { try await open(#require(answer.header("location"))) }
        }
    }

    private func withServer(_ body: (ServerProcess) async throws -> Void) async throws {
        let server = try await ServerProcess(.serve)
        try server.latchkey(["group", "create", "12345", "--name", "Acme"])
        let password = server.folder + "/password"
        try "correct horse".write(toFile: password, atomically: true, encoding: .utf8)
        try server.latchkey([
            "user", "add", "--group", "12345", "--puid", "p", "--username", "dana", "--password-file", password,
        ])
        try await server.start()
        try await body(server)
        #expect(await server.stop() == 0)
    }

    private func step() -> Int64 {
        OneTimeCodes.step(at: Int64(Date().timeIntervalSince1970))
    }

    private func audit(_ server: ServerProcess) throws -> String {
        try server.latchkey(["audit", "list", "--json"])
    }

    /// Sets a second factor up with the code of now, which stays good for half a minute at least; it is used up then.
    private func enrol(_ visitor: Visitor) async throws -> (OneTimeCodes, String) {
        let secret = try visitor.secret()
        try await visitor.code(secret.code(at: step()))
        #expect(visitor.page.status == 200 && visitor.page.body.contains("Keep these recovery codes"))
        return (secret, try visitor.found("<li><code>([A-Z2-7-]{19})</code>"))
    }

    @Test func `an agent sets an app up, and signs in with its codes and with a recovery code`() async throws {
        try await withServer { server in
            let visitor = Visitor(server)
            try await visitor.password("/login/second-factor")
            #expect(visitor.page.body.contains("Set up a second factor"))
            #expect(!visitor.page.body.contains("correct horse"))
            #expect(visitor.cookies["GSSNID"] == nil)
            let (_, recovery) = try await enrol(visitor)
            #expect(visitor.cookies["GSSNID"] != nil && visitor.cookies["__Host-STEP"] == nil)
            try await visitor.open("/login/second-factor")
            #expect(visitor.page.body.contains("<strong>10</strong> recovery codes left"))

            let other = Visitor(server)
            try await other.password()
            #expect(other.page.status == 200 && other.page.body.contains("Enter a code"))
            #expect(other.cookies["GSSNID"] == nil && !other.page.body.contains("correct horse"))
            try await other.code("000000")
            #expect(other.page.status == 401 && other.cookies["GSSNID"] == nil)
            try await other.code(recovery.lowercased())
            #expect(other.page.status == 200 && other.page.body.contains("You are signed in"))
            try await other.password()
            try await other.code(recovery)
            #expect(other.page.status == 401)
            let events = try audit(server)
            #expect(events.contains("wrongCode") && events.contains("alreadyUsed"))
            #expect(events.contains("by password and recovery code") && !events.contains(recovery))
            #expect(
                try server.latchkey(["user", "show", "dana", "--group", "12345"]).contains("9 recovery codes left")
            )
        }
    }

    @Test func `nothing but a page can sign in who needs a code, and an administrator resets it`() async throws {
        try await withServer { server in
            try server.latchkey(["group", "update", "12345", "--second-factor", "everybody"])
            let authorize = server.url + "/services/AuthorizationService.svc/rest/Authorize?groupid=12345"
            let form = "username=dana&password=correct%20horse&service=webservices"
            #expect(try await HTTP.postForm(authorize, form).status == 401)
            let visitor = Visitor(server)
            try await visitor.password("/agentjoin/AgentJoin.aspx")
            // The password alone leads to the app and to nothing else.
            #expect(visitor.page.body.contains("Set up a second factor") && visitor.cookies["GSSNID"] == nil)
            _ = try await enrol(visitor)
            try await visitor.open(visitor.found(#"id="continue" href="([^"]+)""#).replacing("&amp;", with: "&"))
            #expect(visitor.page.body.contains("Join a session"))
            try server.latchkey(["group", "update", "12345", "--second-factor", "optional"])
            #expect(try await HTTP.postForm(authorize, form).status == 401)
            #expect(try audit(server).contains("secondFactorNeeded"))
            try server.latchkey(["user", "reset-second-factor", "dana", "--group", "12345"])
            #expect(try await HTTP.postForm(authorize, form).status == 200)
            #expect(try audit(server).contains("second factor of dana taken away"))
        }
    }

    @Test func `where a group wants security keys, neither a password nor a code of an app opens any door`()
        async throws
    {
        try await withServer { server in
            let visitor = Visitor(server)
            try await visitor.password("/login/second-factor")
            let (secret, recovery) = try await enrol(visitor)
            try server.latchkey(["user", "administrator", "dana", "--group", "12345"])
            try server.latchkey(["group", "update", "12345", "--security-keys", "administrators"])
            let authorize = server.url + "/services/AuthorizationService.svc/rest/Authorize?groupid=12345"
            let form = "username=dana&password=correct%20horse&service=webservices"
            #expect(try await HTTP.postForm(authorize, form).status == 401)
            for path in [Self.login, "/agentjoin/AgentJoin.aspx", "/account/GetLoginKey.aspx"] {
                let other = Visitor(server)
                try await other.password(path)
                #expect(other.page.body.contains("Enter a code") && other.cookies["GSSNID"] == nil, "\(path)")
            }
            // A code leads to the key and to nothing else; so does a recovery code, as long as there is no key.
            for code in [secret.code(at: step() + 1), recovery] {
                let other = Visitor(server)
                try await other.password()
                try await other.code(code)
                #expect(other.page.body.contains("Add a security key") && other.cookies["GSSNID"] == nil)
                #expect(other.page.body.contains("browsers use security keys only with a host name"))
                try await other.open(Self.login)
                #expect(other.page.body.contains("<h1>Sign in</h1>"))
            }
            try server.latchkey(["user", "reset-second-factor", "dana", "--group", "12345"])
            let other = Visitor(server)
            try await other.password("/login/second-factor")
            #expect(other.page.body.contains("Add a security key") && other.cookies["GSSNID"] == nil)
        }
    }

    @Test func `the step is bound to the browser and to its form, and a user has so many guesses`() async throws {
        try await withServer { server in
            let visitor = Visitor(server)
            try await visitor.password("/login/second-factor")
            let (secret, recovery) = try await enrol(visitor)
            let other = Visitor(server)
            try await other.password()
            let state = try other.found(#"name="state" value="([0-9a-f]{32})""#)
            let code = secret.code(at: step())
            // Another browser, another form, another site.
            let bare = try await HTTP.postForm(server.url + "/login/code", "state=\(state)&code=\(code)")
            #expect(bare.status == 401 && bare.header("set-cookie") == nil)
            let cookie = ["cookie": "__Host-STEP=\(other.cookies["__Host-STEP"] ?? "")"]
            for (form, origin) in [
                ("state=\(String(repeating: "0", count: 32))", server.url), ("state=\(state)", "https://evil.example"),
            ] {
                let headers = cookie.merging(["origin": origin]) { old, _ in old }
                let answer = try await HTTP.postForm(
                    server.url + "/login/code",
                    "\(form)&code=\(code)",
                    headers: headers
                )
                #expect(answer.status == 401 && answer.header("set-cookie") == nil)
            }
            for _ in 0..<6 { try await other.code("000000") }
            #expect(other.page.status == 401)
            // The right one is not looked at any more; from another address neither.
            try await other.post("/login/code", "state=\(state)&code=\(recovery)")
            #expect(other.page.status == 401 && other.cookies["GSSNID"] == nil)
            #expect(try audit(server).contains("tooManyCodes"))
        }
    }

    @Test func `in a frame of a page of the group the step works too, and in no other`() async throws {
        try await withServer { server in
            try server.latchkey([
                "group", "update", "12345", "--second-factor", "everybody", "--origin", "https://crm.example",
            ])
            let framed = ["sec-fetch-dest": "iframe", "origin": server.url]
            for (path, ancestors) in [("/agentjoin/AgentJoin.aspx", "https://crm.example"), (Self.login, "'none'")] {
                let form = "groupid=12345&username=dana&password=correct%20horse"
                let answer = try await HTTP.postForm(server.url + path, form, headers: framed)
                let cookie = try #require(answer.header("set-cookie"))
                #expect(answer.status == 303 && cookie.hasPrefix("__Host-STEP="))
                #expect(cookie.contains("; SameSite=None; Partitioned; Secure") && cookie.contains("; HttpOnly"))
                let headers = ["cookie": String(cookie.prefix { $0 != ";" })]
                let page = try await HTTP.send(.GET, server.url + "/login/code", headers: headers)
                let policy = try #require(page.header("content-security-policy"))
                #expect(policy.contains("frame-ancestors \(ancestors)"), "\(policy)")
            }
        }
    }
}
