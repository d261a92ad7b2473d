import Foundation
import Testing

/// Presence as agent and customer see it, in a real Chromium.
@Suite(
    .serialized,
    .timeLimit(.minutes(10)),
    .enabled(if: WebDriver.isInstalled, "chromedriver is not installed: run script/bootstrap")
)
struct PresenceBrowserTests {
    private static let contact = "/demo/crm/contact/\(PresenceTests.record)"

    /// A demo and a browser with two windows: the CRM's record, with the focus in the panel, and a window for the
    /// customer.
    private struct Scene {
        let server: ServerProcess
        let browser: WebDriver
        let crm: String
        let customer: String

        var visit: String { "\(server.url)/visit?groupid=12345&visitorid=\(PresenceTests.record)&name=Noor%20Haddad" }

        func goToPanel() async throws {
            try await browser.switchTo(crm)
            try await browser.enterFrame("iframe[name=panel]")
        }

        func isLit() async throws -> Bool {
            let script = "return document.querySelector('[data-action=join]').classList.contains('lit')"
            return try await browser.run(script) as? Bool ?? false
        }

        /// Waits until the button is as expected, and returns how long that took.
        func waitForLight(_ expected: Bool) async throws -> Duration {
            let start = ContinuousClock.now
            while try await isLit() != expected {
                guard ContinuousClock.now - start < .seconds(15) else {
                    throw ServerFailure("the light does not change")
                }
                try await ContinuousClock().sleep(for: .milliseconds(20))
            }
            return ContinuousClock.now - start
        }

        /// Clicks on Join and goes to the window that opens.
        func join() async throws -> String {
            try await goToPanel()
            let known = try await browser.windows()
            try await browser.click("[data-action=join]")
            return try await browser.switchToNewWindow(besides: known)
        }
    }

    private func withScene(isDark: Bool = false, _ body: (Scene) async throws -> Void) async throws {
        let server = try await ServerProcess(.demo)
        try await server.start()
        let browser = try await WebDriver(isDark: isDark)
        do {
            try await browser.open(server.url + Self.contact)
            let crm = try await browser.window()
            let customer = try await browser.newWindow()
            let scene = Scene(server: server, browser: browser, crm: crm, customer: customer)
            try await scene.goToPanel()
            try await body(scene)
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

    @Test(arguments: [false, true])
    func `Join lights up while the customer is on the page, within two seconds both ways`(
        _ isDark: Bool
    ) async throws {
        try await withScene(isDark: isDark) { scene in
            let browser = scene.browser
            _ = try await browser.find("[data-action=join]")
            #expect(try await !scene.isLit())
            try await browser.switchTo(scene.customer)
            try await browser.open(scene.visit)
            try await scene.goToPanel()
            #expect(try await scene.waitForLight(true) < .seconds(2))
            try await browser.expect("The customer is on the page now", in: "#presence")
            #expect(try await browser.run("return document.getElementById('presence').role") as? String == "status")
            try await browser.leaveFrames()
            try await browser.screenshot("presence-\(isDark ? "dark" : "light")")

            try await browser.switchTo(scene.customer)
            try await browser.open("about:blank")
            try await scene.goToPanel()
            #expect(try await scene.waitForLight(false) < .seconds(2))
            #expect(try await browser.run("return document.getElementById('presence').textContent") as? String == "")
        }
    }

    @Test func `a customer who comes before the panel, or after the server, is seen too`() async throws {
        try await withScene { scene in
            let browser = scene.browser
            try await browser.switchTo(scene.customer)
            try await browser.open(scene.visit)
            try await browser.switchTo(scene.crm)
            try await browser.open(scene.server.url + Self.contact)
            try await browser.enterFrame("iframe[name=panel]")
            _ = try await scene.waitForLight(true)
            scene.server.kill()
            _ = try await scene.waitForLight(false)
            try await scene.server.start()
            _ = try await scene.waitForLight(true)
        }
    }

    @Test func `a click asks the customer, and one yes puts both into the session without a key`() async throws {
        try await withScene { scene in
            let browser = scene.browser
            try await browser.switchTo(scene.customer)
            try await browser.open(scene.visit)
            try await watchTitles(scene)
            let viewer = try await scene.join()
            try await browser.expect("Asking the visitor", in: "#state-title")

            try await browser.switchTo(scene.customer)
            try await browser.expect("Dana Whitfield would like to help you", in: "#state-title")
            try await browser.screenshot("invitation")
            #expect(try await browser.run("return document.getElementById('start').hidden") as? Bool == true)
            try await browser.click("#welcome:enabled")
            try await browser.expect("In session with Dana Whitfield", in: "#state-title")
            try await browser.switchTo(viewer)
            try await browser.expect("In session with Noor Haddad", in: "#state-title")
            try await browser.type("Hello", into: "#text")
            try await browser.click("#say button[type=submit]")

            try await browser.switchTo(scene.customer)
            try await browser.expect("Hello", in: "#log")
            let titles = try await browser.run("return titles.join('|')") as? String ?? ""
            #expect(titles.components(separatedBy: "would like to").count == 2, "\(titles)")
            #expect(try await browser.run("return document.getElementById('key').textContent") as? String == "")
            try checkThatTheClickIsOneStory(scene)
        }
    }

    /// Has the page remember every title that it shows.
    private func watchTitles(_ scene: Scene) async throws {
        _ = try await scene.browser.run(
            """
            window.titles = [];
            const title = document.getElementById('state-title');
            new MutationObserver(() => titles.push(title.textContent)).observe(title, { childList: true });
            """
        )
    }

    private func checkThatTheClickIsOneStory(_ scene: Scene) throws {
        let text = try scene.server.latchkey(["audit", "list", "--json"])
        let rows = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]] ?? []
        let click = try #require(
            rows.first { $0["action"] as? String == "loginKeyIssued" }?["correlationID"] as? String
        )
        #expect(try PresenceSetup(server: scene.server).invitations(click) == ["asked granted", "accepted granted"])
        let joined = rows.filter {
            $0["correlationID"] as? String == click && $0["action"] as? String == "sessionRequested"
        }
        #expect(joined.count == 1)
    }

    @Test func `not now is said in the viewer and in the panel, and is not asked again`() async throws {
        try await withScene { scene in
            let browser = scene.browser
            try await browser.switchTo(scene.customer)
            try await browser.open(scene.visit)
            let viewer = try await scene.join()
            try await browser.switchTo(scene.customer)
            try await browser.click("#later:enabled")
            try await browser.expect("Get help with this page", in: "#state-title")
            _ = try await browser.find("#start")
            try await browser.switchTo(viewer)
            try await browser.expect("The visitor declined", in: "#state-title")
            try await browser.screenshot("declined")
            try await scene.goToPanel()
            try await browser.expect("They declined", in: "#presence")

            try await browser.switchTo(viewer)
            try await browser.click("#wait")
            try await browser.expect("Waiting for the visitor", in: "#state-title")
            try await browser.switchTo(scene.customer)
            try await browser.expect("Get help with this page", in: "#state-title")
            try await browser.click("#start")
            try await browser.expect("Dana Whitfield would like to join", in: "#state-title")
        }
    }

    @Test func `any other agent than the one who was let in is asked about`() async throws {
        try await withScene { scene in
            let browser = scene.browser
            let computer = PresenceSetup(server: scene.server)
            try await browser.switchTo(scene.customer)
            try await browser.open(scene.visit)
            _ = try await browser.find("#start")
            try await computer.waitUntilPresent()
            #expect(try await computer.join(token: try await computer.token()).status == 404)
            try await browser.click("#welcome:enabled")
            try await browser.expect("Dana Whitfield is joining", in: "#state-title")
            let robin = try await computer.token(of: "005Fk000001aBcGIAU")
            let admission = try await computer.join(token: robin)
            try await computer.enter(admission) { agent in
                try await agent.expect("consentPending")
                try await browser.expect("Robin Vance would like to join", in: "#state-title")
                try await browser.click("#decline")
                try await agent.expect("ended")
            }
        }
    }

    @Test func `a page of a listed origin watches, a foreign one does not`() async throws {
        try await withScene { scene in
            let elsewhere = try await PageServer()
            try await elsewhere.start()
            try scene.server.latchkey([
                "group", "update", "12345", "--origin", "http://localhost:\(elsewhere.port)", "--origin",
                scene.server.url,
            ])
            let computer = PresenceSetup(server: scene.server)
            let hello = computer.connect(try await computer.token())
            elsewhere.show(
                """
                <p id=said></p><script>
                const socket = new WebSocket("ws://127.0.0.1:\(scene.server.port)/agent");
                socket.onopen = () => socket.send('\(hello)');
                socket.onmessage = (message) => said.textContent += message.data;
                socket.onclose = () => said.textContent += "closed";
                </script>
                """
            )
            try await scene.browser.switchTo(scene.customer)
            for host in ["127.0.0.1", "evil.localhost", "localhost.evil.localhost"] {
                try await scene.browser.open("http://\(host):\(elsewhere.port)/")
                try await scene.browser.expect("closed", in: "#said")
                let said = try await scene.browser.text("#said")
                #expect(said == #"{"type":"refused","data":{"reason":"refused"}}closed"#, "\(host)")
            }
            try await scene.browser.open("http://localhost:\(elsewhere.port)/")
            try await scene.browser.expect(#"{"type":"connected","keepalive":25,"answers":true}"#, in: "#said")
            // What was let in is dismissed when the list no longer has it.
            try scene.server.latchkey(["group", "update", "12345", "--origin", scene.server.url])
            try await scene.browser.expect("closed", in: "#said")
            elsewhere.stop()
        }
    }
}
