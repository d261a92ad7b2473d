import Foundation
import NIOHTTP1
import Testing

/// The two ways in which somebody who is signed in gets a LoginKey of their own: the page and the endpoint.
@Suite struct LoginKeyServiceTests {
    private static let dana = "005Fk000001aBcDIAU"
    private static let origin = "https://crm.example"
    private static let page = "/account/GetLoginKey.aspx"
    private static let endpoint = "/api/v1/loginkey"

    private func withDemo(_ body: (ServerProcess) async throws -> Void) async throws {
        let server = try await ServerProcess(.demo)
        try await server.start()
        try server.latchkey(["group", "update", "12345", "--origin", Self.origin])
        try server.latchkey(
            ["user", "password", Self.dana, "--group", "12345", "--password-file", "-"],
            input: "correct horse\n"
        )
        try await body(server)
        #expect(await server.stop() == 0)
    }

    private func token(_ server: ServerProcess, _ user: String = dana) async throws -> String {
        let key = try server.latchkey(["key", "make", "--group", "12345", "--user", user])
        let form = "partnerid=12345&partneruserid=\(user)&loginkey=\(key.trimmingCharacters(in: .newlines))"
        let answer = try await HTTP.postForm(server.url + ServiceTests.authorize, form)
        return try #require(answer.member("authToken"))
    }

    private func isAccepted(_ credentials: String, _ server: ServerProcess) async throws -> Bool {
        try await HTTP.postForm(server.url + ServiceTests.authorize, credentials).status == 200
    }

    /// Signs in on the page by password, and returns what the clean address answers.
    private func signIn(_ server: ServerProcess, _ query: String) async throws -> HTTP.Answer {
        let answer = try await HTTP.postForm(
            "\(server.url)\(Self.page)?\(query)",
            "username=dana.whitfield%40demo.example&password=correct%20horse"
        )
        #expect(answer.status == 303)
        let location = try #require(answer.header("location"))
        return try await HTTP.send(.GET, server.url + location)
    }

    @Test func `answers as text what existing integrations read, and the key is good`() async throws {
        try await withDemo { server in
            let form = try await HTTP.send(.GET, "\(server.url)\(Self.page)?sso=1&idpid=12345")
            #expect(form.body.contains(#"name="password""#))
            let answer = try await signIn(server, "sso=1&idpid=12345")
            #expect(answer.status == 200)
            #expect(answer.header("content-type") == "text/plain; charset=utf-8")
            #expect(answer.header("cache-control") == "no-store")
            #expect(answer.body.wholeMatch(of: /partnerid=12345&partneruserid=[^&~]+~\$1\$\d{10}\$[\w-]{43}/) != nil)
            #expect(try await isAccepted(answer.body, server))
            let audit = try server.latchkey(["audit", "list", "--json"])
            #expect(audit.contains("loginKeyIssued"))
            #expect(!audit.contains(answer.body.suffix(43)))
        }
    }

    @Test func `hands the key to listed origins only, and makes none for a test`() async throws {
        try await withDemo { server in
            let embedded = try await signIn(server, "sso=1&idpid=12345&mode=embedded&fmt=html")
            let policy = try #require(embedded.header("content-security-policy"))
            #expect(policy.contains("frame-ancestors \(Self.origin)"))
            #expect(embedded.body.contains(#"data-origins="\#(Self.origin)""#))
            #expect(embedded.body.contains("loginkey.js"))
            let test = try await signIn(server, "sso=1&idpid=12345&test=11")
            #expect(test.body.contains("Dana Whitfield"))
            #expect(!test.body.contains("$1$"))
        }
    }

    @Test func `gives the caller a key of their own, whatever the request says`() async throws {
        try await withDemo { server in
            let token = try await token(server)
            let bearer = ["authorization": "Bearer \(token)"]
            let answer = try await HTTP.postJSON(server.url + Self.endpoint, "{}", headers: bearer)
            #expect(answer.status == 200)
            #expect(answer.member("groupId") == "12345")
            let key = try #require(answer.member("loginKey"))
            #expect(answer.member("expiration") == String(key.split(separator: "$")[1]))
            #expect(try await isAccepted("partnerid=12345&partneruserid=\(Self.dana)&loginkey=\(key)", server))
            let same = "\(server.url)\(Self.endpoint)?partneruserid=\(Self.dana)"
            #expect(try await HTTP.send(.POST, same, headers: bearer).status == 200)
            let short = "\(server.url)\(Self.endpoint)?partneruserid=\(Self.dana.prefix(15))"
            #expect(try await HTTP.send(.POST, short, headers: bearer).status == 200)
            let other = "\(server.url)\(Self.endpoint)?partneruserid=005Fk000001aBcGIAU"
            #expect(try await HTTP.send(.POST, other, headers: bearer).status == 401)
            #expect(try await HTTP.send(.POST, server.url + Self.endpoint).status == 401)
            #expect(try await HTTP.send(.GET, server.url + Self.endpoint, headers: bearer).status == 405)
        }
    }

    @Test func `a group that insists on version 2 gets a key for what the caller names, never to administer`()
        async throws
    {
        try await withDemo { server in
            let bearer = ["authorization": "Bearer \(try await token(server))"]
            let url = server.url + Self.endpoint
            for wrong in [
                #"{"command":"administer"}"#, #"{"command":"Join","sessionkey":"5"}"#, #"{"command":"join"}"#,
                #"{"sessionkey":"5"}"#, #"{"command":"authenticate","sessionkey":"5"}"#,
            ] {
                #expect(try await HTTP.postJSON(url, wrong, headers: bearer).status == 400, "\(wrong)")
            }
            let join = #"{"command":"join","sessionkey":"003Fk00000Ab1cDIAR"}"#
            let first = try await HTTP.postJSON(url, join, headers: bearer)
            #expect(try #require(first.member("loginKey")).hasPrefix("$1$"))
            try server.latchkey(["group", "update", "12345", "--require-version-2"])
            for (body, purpose) in [
                ("{}", "authenticate@"), (join, "join:003Fk00000Ab1cDIAR@"), (#"{"command":"start"}"#, "start@"),
            ] {
                let answer = try await HTTP.postJSON(url, body, headers: bearer)
                let parts = try #require(answer.member("loginKey")).split(separator: "$")
                #expect(parts[0] == "2" && parts[5].hasPrefix(purpose), "\(body)")
                #expect(answer.member("expiration") == String(parts[3]))
            }
        }
    }

    @Test func `lets pages of listed origins call the endpoint, and no others`() async throws {
        try await withDemo { server in
            let bearer = ["authorization": "Bearer \(try await token(server))"]
            for (origin, isListed) in [(Self.origin, true), ("https://evil.example", false), ("null", false)] {
                let headers = ["origin": origin, "sec-fetch-site": "cross-site"]
                let url = "\(server.url)\(Self.endpoint)?groupid=12345"
                let ask = ["access-control-request-method": "POST", "access-control-request-headers": "authorization"]
                let preflight = try await HTTP.send(.OPTIONS, url, headers: headers.merging(ask) { old, _ in old })
                #expect(preflight.header("access-control-allow-origin") == (isListed ? origin : nil))
                let answer = try await HTTP.send(.POST, url, headers: headers.merging(bearer) { old, _ in old })
                #expect(answer.status == (isListed ? 200 : 401), "\(origin)")
            }
        }
    }

    @Test func `a token of a connected provider gets the key of the user whom it names`() async throws {
        try await withDemo { server in
            let provider = try OpenIDProvider(folder: server.folder)
            try provider.connect(to: server)
            let token = try provider.token(audience: "crm", employee: Self.dana)
            let answer = try await HTTP.postJSON(
                server.url + Self.endpoint,
                "{}",
                headers: ["authorization": "Bearer \(token)"]
            )
            #expect(answer.status == 200)
            let key = try #require(answer.member("loginKey"))
            #expect(try await isAccepted("partnerid=12345&partneruserid=\(Self.dana)&loginkey=\(key)", server))
            for token in [
                try provider.token(audience: "other", employee: Self.dana),
                try provider.token(audience: "crm", employee: "nobody"),
            ] {
                let refused = try await HTTP.postJSON(
                    server.url + Self.endpoint,
                    "{}",
                    headers: ["authorization": "Bearer \(token)"]
                )
                #expect(refused.status == 401)
            }
            // Good at this endpoint and nowhere else.
            let me = try await HTTP.send(.GET, server.url + "/api/v1/me", headers: ["authorization": "Bearer \(token)"])
            #expect(me.status == 401)
            try server.latchkey([
                "oidc", "disconnect", "--group", "12345", "--issuer", provider.issuer, "--audience", "crm",
            ])
            let after = try await HTTP.postJSON(
                server.url + Self.endpoint,
                "{}",
                headers: ["authorization": "Bearer \(token)"]
            )
            #expect(after.status == 401)
        }
    }

    @Test func `idptoken signs in once, in the body of a POST alone`() async throws {
        try await withDemo { server in
            let provider = try OpenIDProvider(folder: server.folder)
            try provider.connect(to: server)
            let token = try provider.token(audience: "crm", employee: Self.dana)
            let page = "\(server.url)\(Self.page)?sso=1&idpid=12345"
            #expect(try await HTTP.send(.GET, "\(page)&idptoken=\(token)").status == 400)
            #expect(try await HTTP.postForm("\(page)&idptoken=\(token)", "").status == 400)
            let answer = try await HTTP.postForm(page, "idptoken=\(token)")
            #expect(answer.status == 303)
            let text = try await HTTP.send(.GET, server.url + #require(answer.header("location"))).body
            #expect(text.hasPrefix("partnerid=12345&partneruserid=\(Self.dana)~$1$"))
            #expect(try await HTTP.postForm(page, "idptoken=\(token)").status == 401)
            #expect(try server.latchkey(["audit", "list", "--group", "12345"]).contains("alreadyUsed"))
            let other = try provider.token(audience: "crm", employee: "nobody")
            #expect(try await HTTP.postForm(page, "idptoken=\(other)").status == 401)
        }
    }

    @Test func `a Canvas request gets the key of the user for whom Salesforce vouches`() async throws {
        try await withDemo { server in
            let url = server.url + "/salesforce/loginkey"
            let body = try await DemoPanel.signedRequest(server, user: "dana")
            let answer = try await HTTP.postForm(url, body + "&partneruserid=somebody-else")
            #expect(answer.status == 200)
            let key = try #require(answer.member("loginKey"))
            #expect(try await isAccepted("partnerid=12345&partneruserid=\(Self.dana)&loginkey=\(key)", server))
            let kim = try await DemoPanel.signedRequest(server, user: "kim")
            for refused in [kim, String(body.dropLast(8)) + "AAAAAAAA", "signed_request=x.y", ""] {
                #expect(try await HTTP.postForm(url, refused).status == 401)
            }
        }
    }
}
