import Accounts
import Authentication
import HTTPTypes
import LoginKey
import Testing

@testable import OpenIDClient

/// What a provider can answer, and how it is asked.
@Suite struct ProviderClientTests {
    private let client = ProviderClient(patience: .seconds(60))
    private let impatient = ProviderClient(patience: .seconds(1))

    private func withProvider(_ body: (LocalProvider) async throws -> Void) async throws {
        let provider = try await LocalProvider()
        try await body(provider)
        provider.stop()
    }

    private func record(_ provider: LocalProvider, _ secret: ClientSecret? = nil) throws -> IdentityProvider {
        IdentityProvider(
            partnerID: try PartnerID(parsing: "12345"),
            issuer: provider.issuer,
            audience: "client one",
            userClaim: "sub",
            keySet: "",
            keySource: .init(url: provider.issuer + "/keys"),
            signIn: ProviderSignIn(
                name: "Local",
                authorizationEndpoint: provider.issuer + "/authorize",
                tokenEndpoint: provider.issuer + "/token",
                secret: secret
            )
        )
    }

    private let code = ProviderCode(code: "c&1", verifier: "v", redirectURI: "https://us.example/back")

    @Test func `reads what a provider says about itself`() async throws {
        try await withProvider { provider in
            let plain = try await client.discover(provider.issuer, certificates: "")
            #expect(plain.tokenEndpoint == provider.issuer + "/token")
            #expect(plain.secretPlaces == [.basic])
            #expect(plain.scopes == nil)
            #expect(!plain.namesItself)
            provider.change {
                $0.discovery = [
                    "token_endpoint_auth_methods_supported": #"["private_key_jwt","client_secret_post"]"#,
                    "scopes_supported": #"["openid"]"#, "authorization_response_iss_parameter_supported": "true",
                ]
            }
            let full = try await client.discover(provider.issuer, certificates: "")
            #expect(full.secretPlaces == [.post])
            #expect(full.scopes == ["openid"])
            #expect(full.namesItself)
        }
    }

    @Test(arguments: [
        ["issuer": "\"https://other.example\""], ["issuer": ""], ["jwks_uri": ""], ["token_endpoint": "5"],
        ["token_endpoint": "\"http://elsewhere.example/token\""], ["jwks_uri": "\"file:///etc/passwd\""],
        ["authorization_endpoint": "\"https://user@elsewhere.example/\""],
        ["authorization_endpoint": "\"javascript:alert(1)\""],
    ])
    func `refuses a discovery document that is another's or leads elsewhere`(_ wrong: [String: String]) async throws {
        try await withProvider { provider in
            provider.change { $0.discovery = wrong }
            await #expect(throws: ProviderCallError.self) {
                try await client.discover(provider.issuer, certificates: "")
            }
        }
    }

    @Test(arguments: [
        ("https://id.example/a?b=c", "https://id.example", true),
        ("https://other.example/a", "https://id.example", true),
        ("http://127.0.0.1:9/a", "http://localhost:8", true), ("http://127.0.0.1:9/a", "https://id.example", false),
        ("http://id.example/a", "https://id.example", false), ("http://id.example", "http://id.example", false),
        ("https://a@id.example/", "https://id.example", false), ("https://id.example/#a", "https://id.example", false),
        ("https://id.example\\@evil.example/", "https://id.example", false), ("file:///x", "https://id.example", false),
        ("https://", "https://id.example", false), ("", "https://id.example", false),
    ])
    func `calls what is reached by TLS, and this machine only for an issuer on it`(
        _ url: String,
        _ issuer: String,
        _ isAllowed: Bool
    ) {
        #expect(ProviderAddress.isAllowed(url, issuer: issuer) == isAllowed)
    }

    @Test(arguments: [
        LocalProvider.Instead.flood(1 << 22), .drip, .silence, .redirect("/other"), .status(.internalServerError, ""),
        .text("<html>"), .text(#"{"keys":[]}"#),
    ])
    func `gives up on an answer that is huge, slow, elsewhere, or no key set`(
        _ instead: LocalProvider.Instead
    ) async throws {
        try await withProvider { provider in
            let keys = provider.keySet
            provider.change { $0.instead = ["/keys": instead, "/other": .text(keys)] }
            let record = try record(provider)
            let start = ContinuousClock.now
            await #expect(throws: ProviderCallError.self) { try await impatient.keySet(of: record) }
            #expect(ContinuousClock.now - start < .seconds(30))
            #expect(provider.count(of: "/other") == 0)
        }
    }

    @Test func `an answer may have 64 KiB`() async throws {
        try await withProvider { provider in
            let record = try record(provider)
            let keys = provider.keySet
            let space = String(repeating: " ", count: 64 * 1024 - keys.utf8.count)
            provider.change { $0.instead = ["/keys": .text(keys + space)] }
            #expect(try await client.keySet(of: record).contains("EdDSA"))
            provider.change { $0.instead = ["/keys": .text(keys + space + " ")] }
            await #expect(throws: ProviderCallError.self) { try await client.keySet(of: record) }
        }
    }

    @Test func `proves itself as the provider wants it, and says the code, the verifier and the address`() async throws
    {
        try await withProvider { provider in
            for (secret, field, form) in [
                (ClientSecret("s:1", in: .basic), "Basic Y2xpZW50JTIwb25lOnMlM0Ex", nil),
                (ClientSecret("s:1", in: .post), nil, "s:1"), (nil, nil, nil),
            ] as [(ClientSecret?, String?, String?)] {
                let token = try await client.redeem(code, at: record(provider, secret))
                let expected = try provider.token()
                #expect(token == expected)
                let asked = try #require(provider.lastExchange)
                #expect(asked.authorization == field)
                #expect(asked.fields["client_secret"] == form)
                #expect(asked.fields["client_id"] == (field == nil ? "client one" : nil))
                #expect(asked.fields["code"] == "c&1")
                #expect(asked.fields["code_verifier"] == "v")
                #expect(asked.fields["redirect_uri"] == "https://us.example/back")
                #expect(asked.fields["grant_type"] == "authorization_code")
            }
        }
    }

    @Test func `tells a refused code from a provider that is down, and shows nothing but known codes`() async throws {
        try await withProvider { provider in
            let table: [(LocalProvider.Instead, String)] = [
                (.status(.badRequest, #"{"error":"invalid_grant"}"#), "refused invalid_grant"),
                (.status(.unauthorized, #"{"error":"c&1 is wrong"}"#), "refused an error without a code"),
                (.status(.serviceUnavailable, ""), "unavailable"), (.redirect("/other"), "unavailable"),
                (.text("{}"), "unavailable"),
            ]
            for (instead, expected) in table {
                provider.change { $0.instead = ["/token": instead] }
                let record = try record(provider)
                do throws(ProviderCallError) {
                    _ = try await client.redeem(code, at: record)
                    Issue.record("\(instead) was taken")
                } catch {
                    switch error {
                    case .refused(let text): #expect("refused \(text)" == expected)
                    case .unavailable: #expect(expected == "unavailable")
                    }
                }
            }
        }
    }
}
