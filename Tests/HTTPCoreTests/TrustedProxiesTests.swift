import HTTPCore
import Testing

@Suite struct TrustedProxiesTests {
    private func source(_ forwarded: String?, peer: String = "10.0.0.1") throws -> String {
        let proxies = try #require(TrustedProxies(["10.0.0.1", "10.0.0.2", "0:0:0:0:0:0:0:1"]))
        return proxies.source(peer: peer, forwarded: forwarded)
    }

    @Test func `takes the last address that is not a trusted proxy's`() throws {
        #expect(try source("198.51.100.7") == "198.51.100.7")
        #expect(try source("203.0.113.9, 198.51.100.7") == "198.51.100.7")
        #expect(try source("203.0.113.9,198.51.100.7 ,\t10.0.0.2") == "198.51.100.7")
        #expect(try source("2001:DB8::7", peer: "::1") == "2001:db8::7")
        #expect(try source("198.51.100.7, ::ffff:10.0.0.2", peer: "::ffff:10.0.0.1") == "198.51.100.7")
    }

    @Test func `believes nobody else`() throws {
        #expect(try source("198.51.100.7", peer: "192.0.2.1") == "192.0.2.1")
        #expect(TrustedProxies.none.source(peer: "127.0.0.1", forwarded: "198.51.100.7") == "127.0.0.1")
    }

    @Test(arguments: [nil, "", " ", ",", "unknown", "10.0.0.2:80", "_hidden", "198.51.100.7, x"] as [String?])
    func `stays with the proxy where nothing can be read`(_ forwarded: String?) throws {
        #expect(try source(forwarded) == "10.0.0.1")
    }

    @Test func `stops at what it cannot read`() throws {
        #expect(try source("198.51.100.7, nonsense, 10.0.0.2") == "10.0.0.2")
        #expect(try source("10.0.0.2") == "10.0.0.2")
    }

    @Test(arguments: ["", "localhost", "10.0.0.0/8", "1.2.3", "*"])
    func `trusts addresses only`(_ text: String) {
        #expect(TrustedProxies([text]) == nil)
    }
}
