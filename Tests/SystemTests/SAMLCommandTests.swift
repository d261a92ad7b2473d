import Foundation
import NIOHTTP1
import Testing

/// `latchkey saml`, and what a server says of itself to the provider (`docs/single-sign-on.md#saml`).
@Suite struct SAMLCommandTests {
    private static let inGroup = ["--group", "12345"]

    private func newGroup() async throws -> ServerProcess {
        let server = try await ServerProcess(.serve)
        try server.latchkey(["group", "create", "12345", "--name", "Acme"])
        return server
    }

    private func connect(_ file: String) -> [String] {
        ["saml", "connect", "--metadata-file", file, "--name", "Acme", "--claim", "uid"] + Self.inGroup
    }

    @Test func `connects a provider, keeps the key that it knows, and disconnects it`() async throws {
        let server = try await newGroup()
        let file = try SAMLProviderFile.write(for: server)
        let text = try server.latchkey(connect(file) + ["--json"])
        let row = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let address = try #require(row["address"] as? String)
        #expect(row["entityID"] as? String == address)
        try await server.start()
        let first = try await HTTP.send(.GET, address)
        #expect(first.status == 200)
        #expect(first.body.contains("entityID=\"\(address)\"") && first.body.contains("AuthnRequestsSigned=\"true\""))
        // A server that has just started remembers nothing of before.
        #expect(await server.stop() == 0)
        try server.latchkey(connect(file) + ["--unsolicited"])
        #expect(try server.latchkey(["saml", "list"] + Self.inGroup).contains("yes"))
        try await server.start()
        #expect(try await HTTP.send(.GET, address).body == first.body)
        // What is no response is refused, and only the audit says why.
        let answer = try await HTTP.postForm(address, "SAMLResponse=PGEvPg%3D%3D&RelayState=x")
        #expect(answer.status == 401 && !answer.body.contains("response"))
        #expect(try server.latchkey(["audit", "list", "--json"]).contains("it is no SAML response"))
        try server.latchkey(["saml", "disconnect", "--issuer", SAMLProviderFile.issuer] + Self.inGroup)
        // Pages remember for a moment what a group has.
        try await eventually { try await HTTP.send(.GET, address).status == 404 ? true : nil }
        #expect(await server.stop() == 0)
    }

    @Test func `says what is wrong with metadata`() async throws {
        let server = try await newGroup()
        let wrong: [(String, (String) -> String)] = [
            ("document type", { "<!DOCTYPE a>" + $0 }), ("no well-formed XML", { String($0.dropLast(9)) }),
            ("no entityID", { $0.replacing("entityID=", with: "name=") }),
            ("HTTP-Redirect", { $0.replacing("HTTP-Redirect", with: "SOAP") }),
            ("not an https: address", { $0.replacing("https://idp.example/sso", with: "http://idp.example/sso") }),
            ("no signing certificate", { $0.replacing("\"signing\"", with: "\"encryption\"") }),
        ]
        for (finding, change) in wrong {
            let file = try SAMLProviderFile.write(for: server, change)
            let answer = try server.latchkey(connect(file), expecting: 1)
            #expect(answer.contains(finding), "\(answer)")
        }
        let roles = connect(try SAMLProviderFile.write(for: server)) + ["--groups-claim", "memberOf", "--role-of"]
        #expect(try server.latchkey(roles + ["cn=support,dc=acme=Moon"], expecting: 1).contains("Moon"))
        #expect(try server.latchkey(roles + ["support"], expecting: 64).contains("GROUP=ROLE"))
    }
}
