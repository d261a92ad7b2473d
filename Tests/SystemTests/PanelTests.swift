import Foundation
import NIOHTTP1
import Testing

/// `POST /panel` of a real server: a CRM's token in, the panel out (`docs/protocol.md#panel`).
@Suite struct PanelTests {
    static let dana = "005Fk000001aBcDIAU"
    static let kim = "005Fk000001aBcFIAU"
    static let sam = "005Fk000001aBcEIAU"
    private static let origin = "https://crm.example"
    private static let visitor = "ticket-4711"

    private struct Scene {
        let server: ServerProcess
        let provider: OpenIDProvider

        func token(_ user: String = dana, audience: String = "crm", lives seconds: Int = 300) throws -> String {
            try provider.token(audience: audience, employee: user, lives: seconds)
        }

        func post(_ form: String, query: String = "", from origin: String? = PanelTests.origin) async throws
            -> HTTP.Answer
        {
            let headers = origin.map { ["origin": $0, "sec-fetch-site": "cross-site"] } ?? [:]
            return try await HTTP.postForm(server.url + "/panel" + query, form, headers: headers)
        }

        func show(_ user: String = dana, more: String = "") async throws -> HTTP.Answer {
            try await post("token=\(try token(user))&visitorid=\(PanelTests.visitor)\(more)")
        }

        /// What the audit has under the id of an answer.
        func audit(_ answer: HTTP.Answer) throws -> String {
            let id = try #require(answer.header("x-correlation-id"))
            return try server.latchkey(["audit", "list", "--correlation", id, "--json"])
        }
    }

    private func withCRM(_ body: (Scene) async throws -> Void) async throws {
        let server = try await ServerProcess(.demo)
        try await server.start()
        try server.latchkey(["group", "update", "12345", "--origin", Self.origin])
        let provider = try OpenIDProvider(folder: server.folder)
        try provider.connect(to: server)
        try await body(Scene(server: server, provider: provider))
        #expect(await server.stop() == 0)
    }

    private func ancestors(_ answer: HTTP.Answer) -> String? {
        answer.header("content-security-policy")?.components(separatedBy: "frame-ancestors ").last
    }

    @Test func `a token shows the panel of its user, once, in frames of the group's origins`() async throws {
        try await withCRM { crm in
            let token = try crm.token()
            let id = String(repeating: "a1", count: 16)
            let form = "token=\(token)&visitorid=\(Self.visitor)&visitorname=Noor%20%3CHaddad%3E&correlationid=\(id)"
            let panel = try await crm.post(form, query: "?app_guid=1&origin=https%3A%2F%2Fcrm.example")
            #expect(panel.status == 200)
            #expect(panel.body.contains(#"data-correlation="\#(id)""#))
            #expect(ancestors(panel) == Self.origin)
            for text in [
                "Dana Whitfield", "Noor &lt;Haddad&gt;", #"data-action="join""#, #"data-visitor-id="ticket-4711""#,
            ] {
                #expect(panel.body.contains(text), "\(text)")
            }
            #expect(!panel.body.contains(token) && panel.header("set-cookie") == nil)
            let again = try await crm.post(form)
            #expect(again.status == 401)
            #expect(ancestors(again) == Self.origin)
            let trail = try crm.server.latchkey(["audit", "list", "--correlation", id, "--json"])
            #expect(trail.contains("alreadyUsed") && again.body.contains("<code>\(id)</code>"))
            let signature = String(token.split(separator: ".")[2])
            let audit = try crm.server.latchkey(["audit", "list", "--json"])
            #expect(audit.contains("panelShown") && !audit.contains(signature))
            #expect(try !String(contentsOfFile: crm.server.log, encoding: .utf8).contains(signature))
        }
    }

    @Test func `every refusal is one and the same page, and the audit has the reason`() async throws {
        try await withCRM { crm in
            let stranger = try OpenIDProvider(folder: NSTemporaryDirectory())
            let good = { "token=\(try crm.token())" }
            let forged = try stranger.token(audience: "crm", employee: Self.dana)
            let table: [(form: String, query: String, origin: String?, reason: String)] = [
                ("visitorid=4711", "", Self.origin, "unreadableRequest"),
                (try good() + "&Token=x", "", Self.origin, "unreadableRequest"),
                ("visitorid=4711", "?" + (try good()), Self.origin, "unreadableRequest"),
                ("token=a.b.c", "", Self.origin, "invalidToken"),
                ("token=\(forged)", "", Self.origin, "invalidToken"),
                ("token=\(try crm.token(audience: "other"))", "", Self.origin, "invalidToken"),
                ("token=\(try crm.token(lives: -1))", "", Self.origin, "expiredToken"),
                ("token=\(try crm.token(""))", "", Self.origin, "unknownUser"),
                (try good(), "", "https://evil.example", "foreignOrigin"),
                (try good(), "", "null", "foreignOrigin"),
            ]
            var pages = Set<String>()
            for (form, query, origin, reason) in table {
                let answer = try await crm.post(form, query: query, from: origin)
                #expect(answer.status == 401, "\(reason)")
                // What cannot be read names no group.
                #expect(ancestors(answer) == (form.contains("&Token") ? "'none'" : Self.origin), "\(reason)")
                let audit = try crm.audit(answer)
                #expect(audit.contains(#""\#(reason)""#), "\(reason): \(audit)")
                let id = try #require(answer.header("x-correlation-id"))
                #expect(answer.body.contains("<code>\(id)</code>"))
                pages.insert(answer.body.replacing(id, with: ""))
            }
            #expect(pages.count == 1)
            // No token of the table but the two for foreign origins was used up, and those are.
            #expect(try await crm.post(table[2].query.dropFirst().description).status == 200)
        }
    }

    @Test func `asks Zendesk's page for the ticket, only where that page is of a listed origin`() async throws {
        try await withCRM { crm in
            func show(_ query: String) async throws -> HTTP.Answer {
                try await crm.post("token=\(crm.token())", query: query)
            }
            let asks = "?zendesk=ticket.requester.id&app_guid=8b1f-01&origin="
            let panel = try await show(asks + "https%3A%2F%2Fcrm.example")
            #expect(panel.body.contains(#"data-zendesk-origin="\#(Self.origin)""#))
            #expect(panel.body.contains(#"data-action="join""#))
            let token = try #require(panel.body.firstMatch(of: /data-token="([^"]+)"/)?.output.1)
            let body = #"{"token":"\#(token)","action":"join","visitorid":"4712"}"#
            let click = try await HTTP.postJSON(crm.server.url + "/panel/launch", body)
            #expect(click.member("VisitorId") == "4712")
            for other in [asks + "https%3A%2F%2Fevil.example", "", asks + "https%3A%2F%2Fcrm.example&visitorid=4711"] {
                #expect(try await !show(other).body.contains("data-zendesk-origin"), "\(other)")
            }
            for bad in ["?zendesk=a%20b&app_guid=1", "?zendesk=ticket.id", "?zendesk=ticket.id&app_guid=%22"] {
                #expect(try await show(bad).status == 400, "\(bad)")
            }
            // A record that was vouched for is not changed by the page.
            let fixed = try await crm.show()
            let own = try #require(fixed.body.firstMatch(of: /data-token="([^"]+)"/)?.output.1)
            let other = #"{"token":"\#(own)","action":"join","visitorid":"4712"}"#
            let same = try await HTTP.postJSON(crm.server.url + "/panel/launch", other)
            #expect(same.member("VisitorId") == Self.visitor)
        }
    }

    @Test func `of several groups, the one whose provider a token claims to be of frames the refusal`() async throws {
        try await withCRM { crm in
            try crm.server.latchkey(["group", "create", "999", "--name", "Others", "--origin", "https://other.example"])
            let forged = try OpenIDProvider(folder: NSTemporaryDirectory()).token(audience: "crm", employee: Self.dana)
            #expect(ancestors(try await crm.post("token=\(forged)")) == Self.origin)
            #expect(ancestors(try await crm.post("token=a.b.c&groupid=999")) == "https://other.example")
            #expect(ancestors(try await crm.post("token=a.b.c")) == "'none'")
            #expect(try await crm.show().status == 200)
        }
    }

    @Test func `who may not join sessions reads whom to ask, in the frame`() async throws {
        try await withCRM { crm in
            for user in [Self.kim, Self.sam, "nobody"] {
                let answer = try await crm.show(user)
                #expect(answer.status == 200)
                #expect(answer.body.contains("<strong>\(user)</strong> join sessions"))
                #expect(!answer.body.contains("data-token"))
                #expect(ancestors(answer) == Self.origin)
            }
        }
    }

    @Test func `a visitor id or name that cannot be uses no token up`() async throws {
        try await withCRM { crm in
            let token = try crm.token()
            for more in ["&visitorid=a%20b", "&visitorid=\(String(repeating: "x", count: 64))", "&visitorname=a%0Ab"] {
                let answer = try await crm.post("token=\(token)\(more)")
                #expect(answer.status == 400, "\(more)")
                #expect(ancestors(answer) == Self.origin)
            }
            // Without a record there is nobody to join, and the rest is there.
            let panel = try await crm.post("token=\(token)")
            #expect(panel.status == 200)
            #expect(!panel.body.contains(#"data-action="join""#) && panel.body.contains(#"data-action="key""#))
        }
    }

    @Test func `a click makes the user's LoginKey, for as long as the provider is connected`() async throws {
        try await withCRM { crm in
            let panel = try await crm.show()
            let token = try #require(panel.body.firstMatch(of: /data-token="([^"]+)"/)?.output.1)
            let id = try #require(panel.body.firstMatch(of: /data-correlation="([0-9a-f]{32})"/)?.output.1)
            #expect(String(id) == panel.header("x-correlation-id"))
            func click() async throws -> HTTP.Answer {
                let body = #"{"token":"\#(token)","action":"join"}"#
                let url = crm.server.url + "/panel/launch"
                return try await HTTP.postJSON(url, body, headers: ["x-correlation-id": String(id)])
            }
            let answer = try await click()
            #expect(answer.status == 200)
            #expect(answer.member("VisitorId") == Self.visitor && answer.member("Wait") == "1")
            let form =
                try "partnerid=12345&partneruserid=\(Self.dana)&VisitorId=\(Self.visitor)&Wait=1&loginkey="
                + #require(answer.member("loginkey")) + "&correlationid=\(id)"
            let viewer = try await HTTP.postForm(crm.server.url + PageTests.view, form)
            #expect(viewer.status == 303)
            // One trail: the panel, the key, the sign-in.
            let audit = try crm.audit(panel)
            for action in ["panelShown", "loginKeyIssued", "authenticate"] { #expect(audit.contains(action)) }

            try crm.server.latchkey([
                "oidc", "disconnect", "--group", "12345", "--issuer", crm.provider.issuer, "--audience", "crm",
            ])
            #expect(try await click().status == 401)
            // Nobody is claimed any more, but there is only one group.
            let after = try await crm.show()
            #expect(after.status == 401 && ancestors(after) == Self.origin)
        }
    }

    @Test func `a GET without a sign-in says what to do, and keeps no token`() async throws {
        try await withCRM { crm in
            let token = try crm.token()
            let answer = try await HTTP.send(.GET, "\(crm.server.url)/panel?token=\(token)")
            #expect(answer.status == 400)
            #expect(answer.body.contains("post a form to this address"))
            #expect(ancestors(answer) == Self.origin)
            #expect(!answer.body.contains(token))
            #expect(try await crm.post("token=\(token)").status == 200)
        }
    }

    @Test func `a panel that was opened with a LoginKey ends with its API key`() async throws {
        try await withCRM { crm in
            let key = try crm.server.latchkey(["key", "make", "--group", "12345", "--user", Self.dana])
            let form = "partnerid=12345&partneruserid=\(Self.dana)&loginkey=\(key.trimmingCharacters(in: .newlines))"
            let signedIn = try await HTTP.send(.GET, "\(crm.server.url)/panel?visitorid=4711&\(form)")
            #expect(signedIn.status == 303)
            let address = try #require(signedIn.header("location"))
            #expect(address.hasPrefix("/panel?visitorid=4711&groupid=12345&ticket="))
            let panel = try await HTTP.send(.GET, crm.server.url + address)
            let token = try #require(panel.body.firstMatch(of: /data-token="([^"]+)"/)?.output.1)
            // The group goes on with another key.
            try crm.server.latchkey(["apikey", "create", "--group", "12345", "--label", "new"])
            func click(_ mode: String) async throws -> Int {
                let body = #"{"token":"\#(token)","action":"join","mode":"\#(mode)"}"#
                return try await HTTP.postJSON(crm.server.url + "/panel/launch", body).status
            }
            #expect(try await click("browser") == 200)
            try crm.server.latchkey(["apikey", "revoke", "1", "--group", "12345"])
            #expect(try await click("browser") == 401)
        }
    }
}
