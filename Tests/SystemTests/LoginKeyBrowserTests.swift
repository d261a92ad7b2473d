import Foundation
import Testing

/// The embedded form of `/account/GetLoginKey.aspx` in a real Chromium.
@Suite(.serialized, .enabled(if: WebDriver.isInstalled, "chromedriver is not installed: run script/bootstrap"))
struct LoginKeyBrowserTests {
    /// A page that frames the form and shows what it is told, and that the frame has been loaded or blocked.
    private func page(around address: String) -> String {
        """
        <body><output id=told></output><p id=done hidden>The frame is done.</p><script>
        addEventListener("message", (event) => {
          if (event.source === window) { document.getElementById("done").hidden = false; return; }
          document.getElementById("told").textContent = event.origin + " " + JSON.stringify(event.data);
        });
        </script><iframe src="\(address)" onload="postMessage('done', '*')"></iframe>
        """
    }

    /// The clean address that a sign-in with a password is answered with; good for one opening.
    private func address(_ server: ServerProcess) async throws -> String {
        let answer = try await HTTP.postForm(
            "\(server.url)/account/GetLoginKey.aspx?sso=1&idpid=12345&mode=embedded&fmt=html",
            "username=dana.whitfield%40demo.example&password=correct%20horse"
        )
        return server.url + (try #require(answer.header("location")))
    }

    @Test func `tells a page of a listed origin the key, and another page nothing`() async throws {
        let server = try await ServerProcess(.demo)
        try await server.start()
        let (listed, other) = (try await PageServer(), try await PageServer())
        try await listed.start()
        try await other.start()
        try server.latchkey(["group", "update", "12345", "--origin", "http://127.0.0.1:\(listed.port)"])
        try server.latchkey(
            ["user", "password", "dana.whitfield@demo.example", "--group", "12345", "--password-file", "-"],
            input: "correct horse\n"
        )
        let browser = try await WebDriver()
        for (page, isListed) in [(listed, true), (other, false)] {
            page.show(self.page(around: try await address(server)))
            try await browser.open("http://127.0.0.1:\(page.port)/")
            _ = try await browser.find(isListed ? "#told:not(:empty)" : "#done")
            let told = try await browser.run("return document.getElementById('told').textContent") as? String ?? ""
            #expect(told.isEmpty != isListed)
            guard isListed else { continue }
            #expect(told.hasPrefix("\(server.url) "))
            #expect(told.contains(#""glanceEvent":"authenticateSucceeded""#))
            #expect(told.contains(/partnerid=12345&partneruserid=005Fk000001aBcDIAU~\$1\$\d{10}\$[\w-]{43}/))
        }
        await browser.quit()
        browser.removeProfile()
        listed.stop()
        other.stop()
        #expect(await server.stop() == 0)
    }
    @Test func `leaves no ticket in the address bar where the answer is a text`() async throws {
        let server = try await ServerProcess(.demo)
        try await server.start()
        try server.latchkey(
            ["user", "password", "dana.whitfield@demo.example", "--group", "12345", "--password-file", "-"],
            input: "correct horse\n"
        )
        let browser = try await WebDriver()
        try await browser.open("\(server.url)/account/GetLoginKey.aspx?sso=1&idpid=12345")
        try await browser.type("dana.whitfield@demo.example", into: "input[name=username]")
        try await browser.type("correct horse", into: "input[name=password]")
        try await browser.click("form button")
        try await browser.expect("partneruserid=005Fk000001aBcDIAU~$1$", in: "body")
        let address = try await browser.url()
        #expect(address.hasPrefix("\(server.url)/account/GetLoginKey.aspx?"))
        #expect(!address.contains("ticket"))
        await browser.quit()
        browser.removeProfile()
        #expect(await server.stop() == 0)
    }
}
