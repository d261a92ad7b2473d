import Foundation
import NIOHTTP1
import Testing

@Suite(.serialized, .enabled(if: WebDriver.isInstalled, "chromedriver is not installed: run script/bootstrap"))
struct BrowserTests {
    static let contact = "/demo/crm/contact/003Fk00000Ab1cDIAR"
    static let dana = "005Fk000001aBcDIAU"
    static let robin = "005Fk000001aBcGIAU"

    /// Runs a test against a demo and a browser, and ends both.
    private func withDemo(
        width: Int = 1200,
        isDark: Bool = false,
        settings: [String: String] = [:],
        _ body: (ServerProcess, WebDriver) async throws -> Void
    ) async throws {
        let server = try await ServerProcess(.demo, settings: settings)
        try await server.start()
        let browser = try await WebDriver(width: width, isDark: isDark)
        do {
            try await body(server, browser)
        } catch {
            try? await browser.screenshot("failure-\(UUID().uuidString.prefix(6))")
            await browser.quit()
            browser.removeProfile()
            await server.stop()
            throw error
        }
        await browser.quit()
        browser.removeProfile()
        await server.stop()
    }

    private func loginKey(_ server: ServerProcess, _ user: String = dana) throws -> String {
        try server.latchkey(["key", "make", "--group", "12345", "--user", user]).trimmingCharacters(in: .newlines)
    }

    private func reasons(_ server: ServerProcess) throws -> [String] {
        let text = try server.latchkey(["audit", "list", "--refused", "--json"])
        let rows = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]]
        return rows?.compactMap { $0["reason"] as? String } ?? []
    }

    @Test func `a click in the CRM ends in a live session that shows the agent's name to the visitor`() async throws {
        try await withDemo { server, browser in
            try await browser.open(server.url + Self.contact)
            try await browser.screenshot("crm")
            let crm = try await browser.window()
            let link = try await browser.run("return document.getElementById('customer').href") as? String ?? ""
            let visitor = try await browser.newWindow()
            try await browser.open(link)
            try await browser.screenshot("visit")
            try await browser.click("#start")
            try await browser.expect("Waiting for an agent", in: "#state-title")

            try await browser.switchTo(crm)
            let known = try await browser.windows()
            try await browser.enterFrame("iframe[name=panel]")
            try await browser.click("[data-action=join]")
            let viewer = try await browser.switchToNewWindow(besides: known)
            try await browser.expect("Asking the visitor", in: "#state-title")
            try await browser.expect("Dana Whitfield", in: "#agent-name")
            #expect(try await !browser.url().contains("ticket"))

            try await browser.switchTo(visitor)
            try await browser.expect("Dana Whitfield would like to join", in: "#state-title")
            try await browser.screenshot("consent")
            try await browser.click("#accept")
            try await browser.expect("In session with Dana Whitfield", in: "#state-title")
            try await browser.switchTo(viewer)
            try await browser.expect("In session with Noor Haddad", in: "#state-title")
            try await browser.type("Hello <b>Noor</b> & co", into: "#text")
            try await browser.click("#say button[type=submit]")
            try await browser.screenshot("viewer-live")
            try await browser.switchTo(visitor)
            try await browser.expect("Hello <b>Noor</b> & co", in: "#log")
            try await browser.screenshot("visit-live")
            try await browser.click("#leave")
            try await browser.expect("Session ended", in: "#state-title")
            try await browser.switchTo(viewer)
            try await browser.expect("Session ended", in: "#state-title")
            try checkThatTheClickIsOneStory(server)
        }
    }

    @Test func `a click is one sign-in, in the audit and in the metrics, with a cookie there before and without`()
        async throws
    {
        let token = "a token for what is measured"
        try await withDemo(settings: ["LATCHKEY_METRICS_TOKEN": token]) { server, browser in
            try await browser.open(server.url + Self.contact)
            let crm = try await browser.window()
            for clicks in 1...2 {
                try await browser.switchTo(crm)
                let known = try await browser.windows()
                try await browser.enterFrame("iframe[name=panel]")
                try await browser.click("[data-action=start]")
                _ = try await browser.switchToNewWindow(besides: known)
                try await browser.expect("Connected", in: "#state-title")
                try await browser.open(browser.url())
                try await browser.expect("Connected", in: "#state-title")
                let signIns = try rows(server).filter { $0["action"] as? String == "authenticate" }
                #expect(signIns.count == clicks)
                #expect(Set(signIns.compactMap { $0["correlationID"] as? String }).count == clicks)
                let headers = ["authorization": "Bearer \(token)"]
                let metrics = try await HTTP.send(.GET, server.url + "/metrics", headers: headers).body
                let line = #"latchkey_sign_ins_total{outcome="granted"} \#(clicks)"#
                #expect(metrics.split(separator: "\n").contains(line[...]), "\(metrics)")
            }
        }
    }

    private func rows(_ server: ServerProcess, _ arguments: [String] = []) throws -> [[String: Any]] {
        let text = try server.latchkey(["audit", "list", "--json"] + arguments)
        return try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]] ?? []
    }

    /// Every step of the click is in the audit under the id that the panel made.
    private func checkThatTheClickIsOneStory(_ server: ServerProcess) throws {
        let issued = try rows(server).first { $0["action"] as? String == "loginKeyIssued" }
        let id = try #require(issued?["correlationID"] as? String)
        let events = try rows(server, ["--correlation", id])
        let actions = events.compactMap { $0["action"] as? String }
        #expect(actions.starts(with: ["panelShown", "loginKeyIssued", "authenticate", "pageOpened"]), "\(actions)")
        #expect(actions.filter { $0 == "authenticate" }.count == 1, "\(actions)")
        #expect(actions.contains("sessionRequested") && actions.contains("sessionConnected"), "\(actions)")
        // To the end, and from there back to what the visitor did before the click.
        let details = events.compactMap { $0["detail"] as? String }
        #expect(details.contains { $0.hasPrefix("A (active)") } && details.contains { $0.hasPrefix("C (completed)") })
        let opened = details.lazy.compactMap { $0.firstMatch(of: /opened under the correlation id (\w+)/) }.first?.1
        let before = try rows(server, ["--correlation", String(#require(opened))])
        #expect(before.contains { ($0["detail"] as? String)?.contains("under the correlation id \(id)") == true })
    }

    @Test func `the viewer waits for a visitor who comes later, and comes back after a reload`() async throws {
        try await withDemo { server, browser in
            let viewer = try await browser.window()
            let key = try loginKey(server)
            let query = "partnerid=12345&partneruserid=\(Self.dana)&loginkey=\(key)&SessionKey=later-1&Wait=1"
            try await browser.open("\(server.url)/agentjoin/AgentView.aspx?\(query)")
            try await browser.expect("Waiting for the visitor", in: "#state-title")
            try await browser.screenshot("waiting")
            let visitor = try await browser.newWindow()
            try await browser.open("\(server.url)/visit?groupid=12345&visitorid=later-1")
            // The agent waits already: the visitor is asked as soon as they are there.
            try await browser.click("#welcome:enabled")
            try await browser.switchTo(viewer)
            try await browser.expect("In session with Visitor", in: "#state-title")
            try await browser.open(browser.url())
            try await browser.switchTo(visitor)
            try await browser.expect("In session with Dana", in: "#state-title")
            try await browser.type("Are you back?", into: "#text")
            try await browser.click("#say button[type=submit]")
            try await browser.switchTo(viewer)
            try await browser.expect("Are you back?", in: "#log")
        }
    }

    @Test func `without Wait there is an error page that says what to do`() async throws {
        try await withDemo { server, browser in
            let key = try loginKey(server)
            let query = "partnerid=12345&partneruserid=\(Self.dana)&loginkey=\(key)&SessionKey=nobody-there"
            try await browser.open("\(server.url)/agentjoin/AgentView.aspx?\(query)")
            try await browser.expect("The session has not started", in: "#state-title")
            try await browser.click("#wait")
            try await browser.expect("Waiting for the visitor", in: "#state-title")
        }
    }

    @Test func `a key in an address stays in no history, Referer, log or database`() async throws {
        try await withDemo { server, browser in
            let elsewhere = try await PageServer()
            try await elsewhere.start()
            let key = try loginKey(server)
            let signature = String(key.suffix(43))
            let query = "partnerid=12345&partneruserid=\(Self.dana)&loginkey=\(key)&SessionKey=x&Wait=1"
            elsewhere.show("<a id=go href='\(server.url)/agentjoin/AgentView.aspx?\(query)'>go</a>")
            try await browser.open("http://127.0.0.1:\(elsewhere.port)/start")
            try await browser.click("#go")
            try await browser.expect("Waiting for the visitor", in: "#state-title")
            #expect(try await !browser.url().contains(signature))
            let loaded = try await browser.run("return performance.getEntries().map(e => e.name).join(' ')") as? String
            #expect(loaded?.contains(signature) == false)
            elsewhere.show("canary")
            _ = try await browser.run("location.href = 'http://127.0.0.1:\(elsewhere.port)/canary'")
            try await browser.expect("canary", in: "body")
            _ = try await browser.run("history.back()")
            try await browser.expect("Waiting for the visitor", in: "#state-title")
            #expect(try await !browser.url().contains(signature))
            #expect(elsewhere.requests.count >= 2)
            #expect(elsewhere.requests.allSatisfy { !$0.contains(signature) && !$0.contains("ticket=") })
            elsewhere.stop()
            // Everything that "back" and "forward" can reach. The browser's own file of visited addresses is not in a
            // server's hands: Chromium notes the sources of redirects there.
            let entries = try await browser.run("return navigation.entries().map(e => e.url).join(' ')") as? String
            #expect(entries?.contains("AgentView") == true)
            #expect(entries?.contains(signature) == false)
            await server.stop()
            for file in Self.files(in: server.folder) {
                let data = FileManager.default.contents(atPath: file) ?? Data()
                #expect(data.range(of: Data(signature.utf8)) == nil, "\(file)")
            }
        }
    }

    private static func files(in folder: String) -> [String] {
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return names.map { folder + "/" + $0 }
    }

    @Test func `works in a frame of a listed origin without third-party cookies, and not in a foreign one`()
        async throws
    {
        try await withDemo { server, browser in
            let elsewhere = try await PageServer()
            try await elsewhere.start()
            try server.latchkey([
                "group", "update", "12345", "--origin", "http://localhost:\(elsewhere.port)", "--origin", server.url,
            ])
            func frame() throws -> String {
                let query =
                    "partnerid=12345&partneruserid=\(Self.dana)&loginkey=\(try loginKey(server))&SessionKey=f&Wait=1"
                return """
                    <iframe id=f width=320 height=600 src="\(server.url)/agentjoin/AgentView.aspx?\(query)"></iframe>
                    <script>addEventListener("message", e => document.title += " " + e.origin + " " + e.data.glanceEvent)</script>
                    """
            }
            elsewhere.show(try frame())
            try await browser.open("http://localhost:\(elsewhere.port)/")
            try await browser.enterFrame("#f")
            try await browser.expect("Dana Whitfield", in: "#agent-name")
            try await browser.expect("Waiting for the visitor", in: "#state-title")
            try await browser.leaveFrames()
            let title = try await browser.run("return document.title") as? String ?? ""
            #expect(title.contains("\(server.url) viewerReady"))
            try await browser.screenshot("framed")

            elsewhere.show(try frame())
            for host in ["evil.localhost", "127.0.0.1"] {
                try await browser.open("http://\(host):\(elsewhere.port)/")
                try await browser.enterFrame("#f")
                let shown = try await browser.run("return document.getElementById('viewer') !== null") as? Bool
                #expect(shown == false, "\(host) frames the viewer")
                try await browser.leaveFrames()
                #expect(try await browser.run("return document.title") as? String == "elsewhere")
            }
            elsewhere.stop()
        }
    }

    @Test func `a foreign page that posts good credentials is refused`() async throws {
        try await withDemo { server, browser in
            let elsewhere = try await PageServer()
            try await elsewhere.start()
            elsewhere.show(
                """
                <form id=f method=post action="\(server.url)/agentjoin/AgentView.aspx">
                <input name=partnerid value=12345><input name=partneruserid value=\(Self.dana)>
                <input name=loginkey value="\(try loginKey(server))"><input name=SessionKey value=x></form>
                <script>f.submit()</script>
                """
            )
            try await browser.open("http://evil.localhost:\(elsewhere.port)/")
            try await browser.expect("You are not signed in", in: "h1")
            try await browser.screenshot("refused")
            #expect(try await browser.run("return document.cookie.length") as? Int == 0)
            #expect(try reasons(server).contains("foreignOrigin"))
            try await browser.open(server.url + "/login/default.aspx")
            try await browser.expect("Sign in", in: "h1")
            elsewhere.stop()
        }
    }

    @Test func `never swaps the signed-in user without asking`() async throws {
        try await withDemo { server, browser in
            func open(_ user: String) async throws {
                let query =
                    "partnerid=12345&partneruserid=\(user)&loginkey=\(try loginKey(server, user))&SessionKey=x&Wait=1"
                try await browser.open("\(server.url)/agentjoin/AgentView.aspx?\(query)")
            }
            try await open(Self.dana)
            try await browser.expect("Dana Whitfield", in: "#agent-name")
            try await open(Self.robin)
            try await browser.expect("Change user?", in: "h1")
            try await browser.expect("Dana Whitfield", in: "main")
            try await browser.expect("Robin Vance", in: "main")
            try await browser.screenshot("switch")
            try await browser.open(server.url + "/login/default.aspx")
            try await browser.expect("Dana Whitfield", in: "main")
            try await open(Self.robin)
            try await browser.click("form button")
            try await browser.expect("Robin Vance", in: "#agent-name")
        }
    }

    @Test func `signs in with a password, says when it is wrong, and signs out`() async throws {
        try await withDemo { server, browser in
            try server.latchkey(
                ["user", "password", Self.dana, "--group", "12345", "--password-file", "-"],
                input: "correct horse battery"
            )
            try await browser.open(server.url + "/login/default.aspx")
            try await browser.screenshot("login")
            try await browser.type("dana.whitfield@demo.example", into: "#username")
            try await browser.type("wrong password", into: "#password")
            try await browser.click("button")
            try await browser.expect("is wrong", in: "[role=alert]")
            // The user name is still there.
            try await browser.type("correct horse battery", into: "#password")
            try await browser.click("button")
            try await browser.expect("Dana Whitfield", in: "main")
            try await browser.click("a.primary")
            try await browser.expect("Join a session", in: "h1")
            try await browser.screenshot("join")
            try await browser.open(server.url + "/login/default.aspx")
            try await browser.click("form button")
            try await browser.expect("Sign in", in: "h1")
        }
    }

    @Test func `shows the logo and one sentence to those who may not`() async throws {
        try await withDemo { server, browser in
            for user in ["sam", "kim"] {
                try await browser.open("\(server.url)\(Self.contact)?user=\(user)")
                try await browser.enterFrame("iframe[name=panel]")
                try await browser.expect("Ask your Latchkey administrator", in: "main")
                #expect(try await browser.run("return document.querySelectorAll('button').length") as? Int == 0)
                try await browser.leaveFrames()
            }
            try await browser.screenshot("nopermission")
            #expect(try reasons(server).contains("userSuspended"))
            let key = try loginKey(server, "005Fk000001aBcFIAU")
            let query = "partnerid=12345&partneruserid=005Fk000001aBcFIAU&loginkey=\(key)&SessionKey=x"
            try await browser.open("\(server.url)/agentjoin/AgentView.aspx?\(query)")
            try await browser.expect("You are not signed in", in: "h1")
        }
    }

    @Test func `a wrong key shows the same page as a suspended user`() async throws {
        try await withDemo { server, browser in
            let wrong = "$1$\(Int(Date().timeIntervalSince1970) + 600)$DVMsE0uFtTjc6mSmgHW28V71P_ZpH7LaFaWAq8wePQY"
            let query = "partnerid=12345&partneruserid=\(Self.dana)&loginkey=\(wrong)&SessionKey=x"
            try await browser.open("\(server.url)/agentjoin/AgentView.aspx?\(query)")
            try await browser.expect("You are not signed in", in: "h1")
            let id = try await browser.text("code")
            let events = try server.latchkey(["audit", "list", "--correlation", id, "--json"])
            #expect(events.contains("signatureMismatch"))
        }
    }

    @Test(arguments: [false, true])
    func `fits into 320 pixels, light and dark, without barriers`(_ isDark: Bool) async throws {
        try await withDemo(width: 500, isDark: isDark) { server, browser in
            func look(_ name: String) async throws {
                _ = try await browser.find("h1, main")
                _ = try await browser.run(
                    "document.documentElement.style.width = '320px'; document.body.style.width = '320px'"
                )
                let width = try await browser.run("return document.body.scrollWidth") as? Int ?? 0
                #expect(width <= 320, "\(name) is \(width) pixels wide")
                #expect(try await browser.barriers() == "", "\(name)")
                let paper = try await browser.run("return getComputedStyle(document.body).backgroundColor") as? String
                #expect((paper == "rgb(255, 255, 255)") == false || !isDark, "\(name) is white in the dark")
                try await browser.screenshot("narrow-\(name)-\(isDark ? "dark" : "light")")
            }
            func query(_ user: String) throws -> String {
                try "partnerid=12345&partneruserid=\(user)&loginkey=\(loginKey(server, user))&SessionKey=narrow&Wait=1"
            }
            try await browser.open(server.url + Self.contact)
            try await browser.enterFrame("iframe[name=panel]")
            try await look("panel")
            try await browser.leaveFrames()
            for (name, path) in ["login": "/login/default.aspx", "visit": "/visit?groupid=12345"] {
                try await browser.open(server.url + path)
                try await look(name)
            }
            try await browser.open("\(server.url)/agentjoin/AgentView.aspx?\(query(Self.dana))")
            try await browser.expect("Waiting", in: "#state-title")
            try await look("viewer")
            for (name, path) in [
                "join": "/agentjoin/AgentJoin.aspx", "start": "/agent/start", "signedin": "/login/default.aspx",
                "error": "/agentjoin/AgentView.aspx?SessionKey=none",
            ] {
                try await browser.open(server.url + path)
                try await look(name)
            }
            try await browser.open("\(server.url)/agentjoin/AgentView.aspx?\(query(Self.robin))")
            try await browser.expect("Change user?", in: "h1")
            try await look("switch")
        }
    }

    @Test func `agent and customer come into a session without a mouse`() async throws {
        try await withDemo { server, browser in
            try server.latchkey(
                ["user", "password", Self.dana, "--group", "12345", "--password-file", "-"],
                input: "correct horse battery"
            )
            let customer = try await browser.window()
            try await browser.open(server.url + "/visit?groupid=12345&visitorid=keyboard")
            try await browser.tab(to: "#start")
            try await browser.press(.enter)
            try await browser.expect("Waiting for an agent", in: "#state-title")

            _ = try await browser.newWindow()
            try await browser.open(server.url + "/agentjoin/AgentJoin.aspx")
            try await browser.tab(to: "#username")
            try await browser.typeAtFocus("dana.whitfield@demo.example")
            try await browser.press(.tab)
            try await browser.typeAtFocus("correct horse battery")
            try await browser.press(.enter)
            try await browser.expect("Join a session", in: "h1")
            try await browser.tab(to: "#sessionkey")
            try await browser.typeAtFocus("keyboard")
            let known = try await browser.windows()
            try await browser.press(.enter)
            let viewer = try await browser.switchToNewWindow(besides: known)
            try await browser.expect("Asking the visitor", in: "#state-title")

            // The question takes the focus.
            try await browser.switchTo(customer)
            try await browser.expect("Dana Whitfield would like to join", in: "#state-title")
            try await browser.press(.enter)
            try await browser.expect("In session with Dana Whitfield", in: "#state-title")
            try await browser.tab(to: "#text")
            try await browser.typeAtFocus("Hello")
            try await browser.press(.enter)
            try await browser.switchTo(viewer)
            try await browser.expect("Hello", in: "#log")
        }
    }
}
