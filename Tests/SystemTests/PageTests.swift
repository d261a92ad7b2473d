import Foundation
import NIOHTTP1
import Testing

/// The pages of a real server, as far as their answers go; ``BrowserTests`` has the rest.
@Suite struct PageTests {
    static let view = "/agentjoin/AgentView.aspx"
    static let dana = "005Fk000001aBcDIAU"

    private func withDemo(
        _ group: [String] = [],
        _ body: (ServerProcess) async throws -> Void
    ) async throws {
        let server = try await ServerProcess(.demo)
        try await server.start()
        if !group.isEmpty { try server.latchkey(["group", "update", "12345"] + group) }
        try await body(server)
        #expect(await server.stop() == 0)
    }

    private func credentials(_ server: ServerProcess, _ user: String = dana) throws -> String {
        let key = try server.latchkey(["key", "make", "--group", "12345", "--user", user])
        return "partnerid=12345&partneruserid=\(user)&loginkey=\(key.trimmingCharacters(in: .newlines))"
    }

    @Test func `takes no key from a URL where the group wants none, whatever the method`() async throws {
        try await withDemo(["--no-login-key-urls"]) { server in
            let query = try "SessionKey=x&" + credentials(server)
            let url = "\(server.url)\(Self.view)?\(query)"
            #expect(try await HTTP.send(.GET, url).status == 401)
            #expect(try await HTTP.postForm(url, "a=b").status == 401)
            #expect(try await HTTP.postForm(server.url + Self.view, query).status == 303)
        }
    }

    @Test func `who only looks at an address uses no key and no ticket up`() async throws {
        try await withDemo(["--use-policy", "once"]) { server in
            let url = "\(server.url)\(Self.view)?SessionKey=x&\(try credentials(server))"
            let look = try await HTTP.send(.HEAD, url)
            #expect(look.status == 200)
            #expect(look.header("set-cookie") == nil)
            let signedIn = try await HTTP.send(.GET, url)
            #expect(signedIn.status == 303)
            let clean = server.url + (try #require(signedIn.header("location")))
            #expect(try await HTTP.send(.HEAD, clean).status == 200)
            #expect(try await HTTP.send(.GET, clean).body.contains("Dana Whitfield"))
        }
    }

    @Test func `takes a user name and a LoginKey in one field, and keeps none of it in the address`() async throws {
        try await withDemo { server in
            let key = try credentials(server).split(separator: "=").last ?? ""
            let url = "\(server.url)\(Self.view)?SessionKey=x&username=dana.whitfield@demo.example~\(key)"
            let answer = try await HTTP.send(.GET, url)
            #expect(answer.status == 303)
            #expect(answer.header("location")?.contains("dana") == false)
            // A name alone is none: somebody may have typed it for the agent.
            #expect(try await HTTP.send(.GET, "\(server.url)\(Self.view)?username=dana").status == 200)
        }
    }

    @Test(arguments: ["/agent/start", view, "/agentjoin/AgentJoin.aspx", "/account/GetLoginKey.aspx"])
    func `asks before one user takes another's place, on every page`(_ path: String) async throws {
        try await withDemo { server in
            let first = try await HTTP.send(.GET, "\(server.url)\(path)?SessionKey=x&\(try credentials(server))")
            let cookie = try #require(first.header("set-cookie")?.prefix { $0 != ";" })
            let second = try await HTTP.send(
                .GET,
                "\(server.url)\(path)?SessionKey=x&\(try credentials(server, "005Fk000001aBcGIAU"))",
                headers: ["cookie": String(cookie)]
            )
            let question = try await HTTP.send(
                .GET,
                server.url + (try #require(second.header("location"))),
                headers: ["cookie": String(cookie)]
            )
            #expect(question.status == 200)
            #expect(question.body.contains("Dana Whitfield") && question.body.contains("Robin Vance"))
        }
    }

    @Test func `every refusal on a page shows the id that the audit has`() async throws {
        try await withDemo { server in
            let bad = try await HTTP.postForm(server.url + "/login/default.aspx", "username=dana&password=wrong")
            let large = try await HTTP.postForm(server.url + Self.view, String(repeating: "x", count: 100_000))
            #expect(
                bad.body.contains(#"name="username" autocomplete="username""#) && bad.body.contains(#"value="dana""#)
            )
            #expect(!bad.body.contains("wrong\""))
            // The prompt of another page stays that page's, and in its group's frames.
            let form = "groupid=12345&SessionKey=4711&username=dana&password=wrong"
            let prompt = try await HTTP.postForm(server.url + Self.view, form)
            #expect(prompt.status == 401 && prompt.body.contains(#"value="dana""#))
            #expect(prompt.body.contains(#"action="\#(Self.view)""#) && prompt.body.contains(#"value="4711""#))
            for (answer, status) in [(bad, 401), (large, 413)] {
                #expect(answer.status == status)
                #expect(answer.header("content-type")?.hasPrefix("text/html") == true)
                let id = try #require(answer.header("x-correlation-id"))
                #expect(answer.body.contains("<code>\(id)</code>"))
            }
        }
    }

    @Test func `a refusal of the Canvas panel, and what to set, are seen in Salesforce's frame`() async throws {
        try await withDemo { server in
            func ancestors(_ answer: HTTP.Answer) -> String? {
                answer.header("content-security-policy")?.components(separatedBy: "frame-ancestors ").last
            }
            let get = try await HTTP.send(
                .GET,
                server.url + "/salesforce/canvas?_sfdc_canvas_auth=user_approval_required"
            )
            #expect(get.status == 400 && get.body.contains("Signed Request (POST)"))
            #expect(ancestors(get)?.hasPrefix("https://*.salesforce.com ") == true)

            // Signed by somebody else: refused, for the origins of the organisation that it claims, and of no other.
            let panel = try await HTTP.send(.GET, server.url + "/demo/crm/contact/003Fk00000Ab1cDIAR")
            let signed = try #require(panel.body.firstMatch(of: /name="signed_request" value="([^"]+)"/)?.output.1)
            let body = try #require(signed.split(separator: ".").last)
            let forged = Data(repeating: 7, count: 32).base64EncodedString() + "." + body
            let json = try #require(Data(base64Encoded: String(body)))
            let other = String(decoding: json, as: UTF8.self).replacing("00D", with: "00X")
            let unknown =
                Data(repeating: 7, count: 32).base64EncodedString() + "." + Data(other.utf8).base64EncodedString()
            for (text, isFramed) in [(forged, true), (unknown, false), ("nothing", false)] {
                let escaped = text.replacing("+", with: "%2B").replacing("=", with: "%3D").replacing("/", with: "%2F")
                let answer = try await HTTP.postForm(server.url + "/salesforce/canvas", "signed_request=" + escaped)
                #expect(answer.status == 401 && answer.body.contains("You are not signed in"))
                #expect(ancestors(answer)?.contains("'none'") == !isFramed, "\(ancestors(answer) ?? "")")
            }
        }
    }

    @Test func `writes down that the start page got an address for the client`() async throws {
        try await withDemo { server in
            let signedIn = try await HTTP.send(
                .GET,
                "\(server.url)/agent/start?\(try credentials(server, "005Fk000001aBcHIAU"))"
            )
            let page = try await HTTP.send(.GET, server.url + (try #require(signedIn.header("location"))))
            let token = try #require(page.body.firstMatch(of: /data-token="([^"]+)"/)?.output.1)
            let offer = try await HTTP.postJSON(
                server.url + "/agent/launch",
                "{}",
                headers: ["authorization": "Bearer \(token)", "sec-fetch-site": "same-origin"]
            )
            #expect(offer.member("launchURL")?.hasPrefix("glancepanorama://") == true)
            #expect(try server.latchkey(["audit", "list", "--json"]).contains("launchOffered"))

            // The page waits for what becomes of it; a server that stops does not wait for the page.
            let launches = server.url + "/api/v1/launches"
            let bearer = ["authorization": "Bearer \(try #require(offer.member("launchToken")))"]
            let known = try await HTTP.send(.GET, launches, headers: bearer)
            #expect(known.status == 200 && known.member("state") == "offered")
            let other = try await HTTP.send(.GET, launches + "?after=pickedUp", headers: bearer)
            #expect(other.member("state") == "offered")
            async let waiting = HTTP.send(.GET, launches + "?after=offered", headers: bearer)
            try await ContinuousClock().sleep(for: .milliseconds(500))
            let start = ContinuousClock.now
            await server.stop()
            #expect(.now - start < .seconds(10))
            #expect(try await waiting.member("state") == "offered")
        }
    }

    @Test func `an address that a browser opens is answered by a page, one that a program asks for by JSON`()
        async throws
    {
        try await withDemo { server in
            let browser = ["accept": "text/html,application/xhtml+xml,*/*;q=0.8"]
            let front = try await HTTP.send(.GET, server.url + "/", headers: browser)
            #expect(front.status == 200 && front.body.contains("Sign in with a password"))
            for (path, status) in [("/no/such/page", 404), ("//", 404), ("/%2e", 404), ("/api/v1/visits", 405)] {
                let page = try await HTTP.send(.GET, server.url + path, headers: browser)
                #expect(page.status == status && page.body.contains("There is nothing here"), "\(path)")
                #expect(page.header("content-type") == "text/html; charset=utf-8")
                #expect(page.header("content-security-policy")?.contains("frame-ancestors 'none'") == true)
                let answer = try await HTTP.send(.GET, server.url + path, headers: ["accept": "*/*"])
                #expect(answer.status == status && answer.member("error") != nil, "\(path)")
            }
            #expect(try await HTTP.send(.GET, server.url + "/").member("error") == "notFound")
            let post = try await HTTP.postForm(server.url + "/no/such/page", "a=b", headers: browser)
            #expect(post.member("error") == "notFound")
            let visit = try await HTTP.send(.GET, server.url + "/visit?groupid=99999", headers: browser)
            #expect(visit.status == 404 && visit.body.contains("the person who helps you"))
            #expect(!visit.body.contains("record"))
        }
    }

    @Test func `a frame says that a user of another group is signed in, and does not ask there`() async throws {
        try await withDemo { server in
            try server.latchkey(["group", "create", "777", "--name", "Other", "--origin", "https://other.example"])
            try server.latchkey(["apikey", "create", "--group", "777"])
            try server.latchkey(["user", "add", "--group", "777", "--puid", "o", "--username", "o"])
            func form(_ group: String, _ user: String) throws -> String {
                let key = try server.latchkey(["key", "make", "--group", group, "--user", user])
                return "partnerid=\(group)&partneruserid=\(user)&loginkey=\(key.trimmingCharacters(in: .newlines))"
            }
            let page = server.url + "/agentjoin/AgentJoin.aspx"
            let first = try await HTTP.postForm(page, form("12345", "005Fk000001aBcDIAU"))
            let cookie = String(try #require(first.header("set-cookie")?.prefix { $0 != ";" }))
            for (destination, status) in [("iframe", 409), ("document", 200)] {
                let headers = ["cookie": cookie, "sec-fetch-dest": destination]
                let second = try await HTTP.postForm(page, form("777", "o"), headers: headers)
                let address = try #require(second.header("location"))
                #expect(address.hasPrefix("/login/switch?"))
                let question = try await HTTP.send(.GET, server.url + address, headers: headers)
                let policy = question.header("content-security-policy") ?? ""
                #expect(question.status == status)
                #expect(policy.contains("frame-ancestors https://other.example") == (status == 409), "\(policy)")
                #expect(question.body.contains("Change user?") == (status == 200))
            }
        }
    }

    @Test func `groups cannot be listed, and who knows one goes on`() async throws {
        try await withDemo { server in
            #expect(try await HTTP.send(.GET, server.url + "/visit?groupid=12345").status == 200)
            var statuses: [Int: Int] = [:]
            for id in 20_000..<20_100 {
                statuses[try await HTTP.send(.GET, server.url + "/visit?groupid=\(id)").status, default: 0] += 1
            }
            #expect((60...61).contains(statuses[404] ?? 0) && (statuses[429] ?? 0) >= 39, "\(statuses)")
            let settings = server.url + "/services/authorizationservice/GetVisitorSettings3?groupid="
            #expect(try await HTTP.send(.GET, settings + "20200").status == 429)
            let visit = try await HTTP.postForm(server.url + "/api/v1/visits", "groupid=20200")
            #expect(visit.status == 429)
            // A preflight says nothing about groups either way: no list counts, be the group there or not.
            try server.latchkey(["group", "update", "12345", "--origin", "https://crm.example"])
            let asking = ["origin": "https://crm.example", "access-control-request-method": "POST"]
            for id in ["20201", "12345"] {
                let address = server.url + ServiceTests.authorize + "?groupid=" + id
                let preflight = try await HTTP.send(.OPTIONS, address, headers: asking)
                let allowed = preflight.header("access-control-allow-origin")
                #expect(preflight.status == 204 && (allowed != nil) == (id == "12345"), "\(id)")
            }
            #expect(try await HTTP.send(.GET, server.url + "/visit?groupid=12345").status == 200)
            #expect(try await HTTP.postForm(server.url + "/api/v1/visits", "groupid=12345").status == 200)
        }
    }

    @Test func `scripts come compressed to browsers that take that, and are the same`() async throws {
        try await withDemo { server in
            for path in ["/visitor.js", "/agent.js", "/cobrowse/CobrowseJS.ashx?group=12345&site=production"] {
                func fetch(_ options: [String]) throws -> String {
                    try Tool.run("/usr/bin/curl", ["-s"] + options + [server.url + path])
                }
                let plain = try fetch([])
                #expect(plain.count > 1000)
                #expect(try fetch(["--compressed"]) == plain)
                #expect(try fetch(["-H", "Accept-Encoding: gzip;q=0, br"]) == plain)
                let head = try fetch(["-o", "/dev/null", "-D", "-", "-H", "Accept-Encoding: br, GZIP"]).lowercased()
                #expect(head.contains("content-encoding: gzip") && head.contains("vary: accept-encoding"))
            }
        }
    }

    @Test func `a key is taken with the blanks and hyphens that people put into it`() async throws {
        try await withDemo { server in
            let visit = try await HTTP.postForm(server.url + "/api/v1/visits", "groupid=12345")
            let key = try #require(visit.member("sessionKey"))
            for typed in [key, key.prefix(4) + "-" + key.suffix(4), " " + key.prefix(3) + " " + key.dropFirst(3)] {
                let query = try "sessionkey=\(typed.replacing(" ", with: "%20"))&" + credentials(server)
                let signedIn = try await HTTP.postForm(server.url + Self.view, query)
                let page = try await HTTP.send(.GET, server.url + (try #require(signedIn.header("location"))))
                #expect(page.status == 200 && page.body.contains(#"data-session-key="\#(key)""#), "\(typed)")
            }
            let wrong = try "sessionkey=12%2034&" + credentials(server)
            let answer = try await HTTP.postForm(server.url + Self.view, wrong)
            let page = try await HTTP.send(.GET, server.url + (answer.header("location") ?? ""))
            #expect(page.status == 400)
            let typed = key.prefix(2) + " " + key.dropFirst(2)
            let entered = try await HTTP.postJSON(
                server.url + "/api/v1/visits",
                #"{"groupid":"12345","sessionkey":"\#(typed)"}"#
            )
            // It is found, and taken: the visitor's own.
            #expect(entered.status != 400)
        }
    }
}
