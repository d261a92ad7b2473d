import HTTPTypes
import Testing
import WireProtocol

@testable import PublicAssets

@Suite struct PublicAssetClientTests {
    private func withSite(_ body: (SecondWebServer, String) async throws -> Void) async throws {
        let site = try await SecondWebServer()
        defer { site.stop() }
        try await body(site, "http://127.0.0.1:\(site.port)")
    }

    /// A client that waits for as long as a busy machine may take.
    private func patientClient() -> PublicAssetClient {
        PublicAssetClient(isLoopbackAllowed: true, patience: .seconds(120))
    }

    @Test func `fetches pictures and fonts, and says nothing of who wants them`() async throws {
        try await withSite { site, origin in
            let client = patientClient()
            let picture = await client.fetch(origin + "/a.png")
            #expect(picture == PublicAsset(type: "image/png", bytes: SecondWebServer.picture))
            #expect(await client.fetch(origin + "/b.woff2")?.type == "font/woff2")
            let other = patientClient()
            #expect(await other.fetch(origin + "/a.png") != nil)
            let requests = site.requests(for: "/a.png")
            #expect(requests.count == 2)
            for fields in requests {
                #expect(fields[.cookie] == nil && fields[.referer] == nil && fields[.origin] == nil)
                #expect(Set(fields.map(\.name.canonicalName)) == ["accept", "user-agent"])
            }
        }
    }

    @Test func `asks once for what was fetched a moment ago`() async throws {
        try await withSite { site, origin in
            let client = patientClient()
            for _ in 0..<3 { #expect(await client.fetch(origin + "/a.png") != nil) }
            #expect(site.requests(for: "/a.png").count == 1)
        }
    }

    @Test(arguments: ["/page", "/script", "/bytes", "/nothing", "/missing.png", "/large"])
    func `lets nothing through that is no picture or font, or too large`(path: String) async throws {
        try await withSite { site, origin in
            #expect(await patientClient().fetch(origin + path) == nil)
            #expect(site.requests(for: path).count == 1)
        }
    }

    @Test func `gives up on an answer without an end`() async throws {
        try await withSite { site, origin in
            // On a busy machine a second may be over before the answer has begun.
            for seconds in [1, 2, 4, 8, 16, 32, 64] where site.requests(for: "/drip").isEmpty {
                let client = PublicAssetClient(isLoopbackAllowed: true, patience: .seconds(seconds))
                #expect(await client.fetch(origin + "/drip") == nil)
            }
            #expect(site.requests(for: "/drip").count == 1)
        }
    }

    @Test func `follows an answer that leads to a public place, and none that leads elsewhere`() async throws {
        try await withSite { site, origin in
            let client = patientClient()
            #expect(await client.fetch(origin + "/moved") != nil)
            for path in ["/inside", "/metadata", "/file", "/round"] {
                #expect(await client.fetch(origin + path) == nil)
            }
            #expect(site.requests(for: "/round").count == PublicAssetClient.maximumRedirects + 1)
        }
    }

    @Test func `does not ask its own machine`() async throws {
        try await withSite { site, origin in
            for host in ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.0.0.1", "[::ffff:127.0.0.1]"] {
                #expect(await PublicAssetClient().fetch("http://\(host):\(site.port)/a.png") == nil)
            }
            #expect(site.requests(for: "/a.png").isEmpty)
        }
    }

    @Test(arguments: [
        "127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "0.0.0.0", "0", "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.8", "198.18.0.1", "224.0.0.1",
        "255.255.255.255", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[::ffff:a9fe:a9fe]",
        "[::127.0.0.1]",
        "[fe80::1]", "[fc00::1]", "[fd12:3456::1]", "[ff02::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::1]", "[2001::1]",
        "[2001:db8::1]", "[fec0::1]",
    ])
    func `connects to no address that is not the internet's`(host: String) async throws {
        let address = try #require(PublicAddress("http://\(host)/a.png"))
        #expect(try await PublicAssetClient().resolve(address) == nil)
    }

    @Test(arguments: [
        "93.184.216.34", "[2606:2800:220:1:248:1893:25c8:1946]", "172.32.0.1", "100.128.0.1", "[2a00::1]",
    ])
    func `connects to addresses of the internet`(host: String) async throws {
        let address = try #require(PublicAddress("https://\(host)/a.png"))
        #expect(try await PublicAssetClient().resolve(address) != nil)
    }
}
