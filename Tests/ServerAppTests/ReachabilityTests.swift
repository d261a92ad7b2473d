import Testing
import WireCodec

@testable import ServerApp

/// Whether the operator hears that people cannot reach the server.
@Suite struct ReachabilityTests {
    @Test(
        arguments: [
            ("127.0.0.1", 8080, false, "http://127.0.0.1:8080", false, []),
            ("0.0.0.0", 443, true, "https://support.example", false, []),
            ("127.0.0.1", 8080, false, "https://support.example", true, []),
            ("127.0.0.1", 8080, false, "https://support.example", false, ["only this computer"]),
            ("0.0.0.0", 8443, true, "https://0.0.0.0:8443", false, ["nobody can open"]),
            ("::", 443, true, "http://support.example:443", false, ["people come by http, and the server speaks TLS"]),
            (
                "0.0.0.0", 443, false, "https://support.example", false,
                ["people come by https, and the server speaks plain"]
            ),
            (
                "0.0.0.0", 8443, true, "https://support.example", false,
                ["people come to port 443, and the server listens on 8443"]
            ),
            (
                "10.0.0.1", 8080, false, "https://support.example", false,
                ["people come by https", "people come to port 443"]
            ),
        ] as [(String, Int, Bool, String, Bool, [String])]
    )
    func `warns of what does not fit, and of nothing else`(
        _ host: String,
        _ port: Int,
        _ isSecure: Bool,
        _ publicURL: String,
        _ hasProxy: Bool,
        _ doubts: [String]
    ) throws {
        let reachability = Reachability(
            host: host,
            port: port,
            isSecure: isSecure,
            publicURL: try #require(ServerURL(publicURL)),
            hasProxy: hasProxy
        )
        #expect(reachability.doubts.count == doubts.count, "\(reachability.doubts)")
        for (found, expected) in zip(reachability.doubts, doubts) { #expect(found.hasPrefix(expected)) }
        #expect(reachability.text.hasPrefix("Latchkey is running at \(publicURL), and listens on "))
    }
}
