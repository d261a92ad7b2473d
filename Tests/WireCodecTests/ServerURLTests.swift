import Testing
import WireCodec

@Suite struct `Server URLs` {
    @Test(arguments: [
        ("https://Support.Example", "https://support.example", "support.example", 443),
        ("https://support.example:443", "https://support.example", "support.example", 443),
        ("http://support.example:443", "http://support.example:443", "support.example", 443),
        ("http://[::1]:8080", "http://[::1]:8080", "::1", 8080),
        ("https://[2001:DB8::1]", "https://[2001:db8::1]", "2001:db8::1", 443),
        ("ws://127.0.0.1:1", "ws://127.0.0.1:1", "127.0.0.1", 1),
        ("smtp://mail.example", "smtp://mail.example", "mail.example", 587),
        ("smtps://mail.example:465", "smtps://mail.example", "mail.example", 465),
    ])
    func `are read and written`(_ given: String, _ text: String, _ host: String, _ port: Int) throws {
        let server = try #require(ServerURL(given))
        #expect(server.text == text)
        #expect(server.host == host)
        #expect(server.port == port)
        #expect(ServerURL(server.text) == server)
        #expect(ServerURL(of: given + "/a/b?c=d") == server)
        #expect(ServerURL(of: given + "?a=https://elsewhere.example") == server)
        #expect(ServerURL(of: given + "#/") == server)
    }

    @Test(arguments: [
        "", "support.example", "https://", "https:///path", "https://host/", "https://host?", "https://user@host",
        "https://host:", "https://host:0", "https://host:65536", "https://host:+1", "https://host:1:2", "https://[::1",
        "https://[]", "https://[host]", "https://[abcd]", "https://::1", "https://ho st", "https://h\u{F6}st",
        "https://host\\path", "https://host\n", "ftp://host", "javascript://host", "//host", "https:host",
        "https://ho_st", "https://" + String(repeating: "a", count: 254),
    ])
    func `are nothing else`(_ text: String) {
        #expect(ServerURL(text) == nil)
    }

    @Test(arguments: [
        "https://user@host/", "https://host\\@evil.example/", "https://host:1@evil.example/", "https://ho\u{301}st/",
        "/path",
        "https:/host/", "data:text/html,https", "https://",
    ])
    func `are not found in other URLs`(_ text: String) {
        #expect(ServerURL(of: text) == nil)
    }

    @Test func `keep host and port when the protocol changes`() throws {
        let plain = try #require(ServerURL("http://[::1]:8080"))
        #expect(plain.webSocket.text == "ws://[::1]:8080")
        #expect(plain.webSocket.web == plain)
        let secure = try #require(ServerURL("https://support.example"))
        #expect(secure.webSocket.text == "wss://support.example")
        #expect(secure.webSocket.authority == secure.authority)
    }

    @Test func `are of this machine by their host alone`() {
        for host in ["localhost", "127.0.0.1", "127.255.1.9", "::1", "[::1]"] {
            #expect(ServerURL.isLoopback(host), "\(host)")
        }
        for host in [
            "127.0.0.1.evil.example", "127.evil.example", "127.0.0", "127.0.0.+1", "127.0.0.256",
            "localhost.evil.example",
            "a.localhost", "0.0.0.0", "::", "128.0.0.1", "",
        ] {
            #expect(!ServerURL.isLoopback(host), "\(host)")
        }
    }
}
