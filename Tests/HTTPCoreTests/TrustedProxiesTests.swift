import HTTPCore
import Testing

@Suite struct TrustedProxiesTests {
    private func source(_ forwarded: String?, peer: String = "10.0.0.1") throws -> String {
        let proxies = try #require(TrustedProxies(["10.0.0.1", "10.0.0.2", "0:0:0:0:0:0:0:1"]))
        return proxies.source(peer: peer, forwardedFor: forwarded)
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
        #expect(TrustedProxies.none.source(peer: "127.0.0.1", forwardedFor: "198.51.100.7") == "127.0.0.1")
    }

    @Test(
        arguments: [nil, "", " ", ",", "unknown", "198.51.100.7:x", "[2001:db8::5", "_hidden", "198.51.100.7, x"]
            as [String?]
    )
    func `stays with the proxy where nothing can be read`(_ forwarded: String?) throws {
        #expect(try source(forwarded) == "10.0.0.1")
    }

    @Test func `stops at what it cannot read`() throws {
        #expect(try source("198.51.100.7, nonsense, 10.0.0.2") == "10.0.0.2")
        #expect(try source("10.0.0.2") == "10.0.0.2")
    }

    @Test(arguments: ["", "localhost", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/+8", "0.0.0.0/0", "::/0", "1.2.3", "*"])
    func `trusts addresses and networks only`(_ text: String) {
        #expect(TrustedProxies([text]) == nil)
    }

    @Test(arguments: [
        ("203.0.113.7:51234", "203.0.113.7"), ("[2001:db8::5]:443", "2001:db8::5"), ("[2001:db8::5]", "2001:db8::5"),
        ("198.51.100.7, 203.0.113.7:1, 10.0.0.2:80", "203.0.113.7"),
    ])
    func `takes addresses with ports and in brackets`(_ forwarded: String, _ expected: String) throws {
        #expect(try source(forwarded) == expected)
    }

    @Test func `trusts whole networks, and stops at a hop outside them`() throws {
        let proxies = try #require(TrustedProxies(["10.0.0.0/8", "2001:db8:1::/48"]))
        #expect(proxies.source(peer: "10.9.8.7", forwardedFor: "192.0.2.9, 198.51.100.7, 10.1.1.1") == "198.51.100.7")
        #expect(proxies.source(peer: "::ffff:10.9.8.7", forwardedFor: "198.51.100.7") == "198.51.100.7")
        #expect(proxies.source(peer: "2001:db8:1:2::3", forwardedFor: "198.51.100.7") == "198.51.100.7")
        #expect(proxies.source(peer: "2001:db8:2::3", forwardedFor: "198.51.100.7") == "2001:db8:2::3")
        #expect(proxies.source(peer: "11.0.0.1", forwardedFor: "198.51.100.7") == "11.0.0.1")
    }

    @Test(arguments: [
        ("for=192.0.2.60;proto=http;by=203.0.113.43", "192.0.2.60"),
        ("For=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
        ("for=192.0.2.43, for=198.51.100.17", "198.51.100.17"), ("for=\"a, for=9.9.9.9\", for=10.0.0.1", "10.0.0.1"),
        ("for=_hidden", "10.0.0.1"), ("proto=https", "10.0.0.1"), ("for=192.0.2.1;for=192.0.2.2", "10.0.0.1"),
    ])
    func `reads Forwarded where the proxies write that`(_ forwarded: String, _ expected: String) throws {
        let proxies = try #require(TrustedProxies(["10.0.0.0/24"], field: .forwarded))
        #expect(proxies.source(peer: "10.0.0.1", forwardedFor: "9.9.9.9", forwarded: forwarded) == expected)
        let others = try #require(TrustedProxies(["10.0.0.0/24"]))
        #expect(others.source(peer: "10.0.0.1", forwardedFor: nil, forwarded: forwarded) == "10.0.0.1")
    }
}
