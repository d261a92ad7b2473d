import Accounts
import AccountsSQL
import AccountsSQLite
import Crypto
import Foundation
import LoginKey
import TestSupport
import Testing

@testable import Authentication
@testable import ServiceTokens

/// Tokens of a provider that are good once, for the panel (`docs/threats.md#panel`).
@Suite struct OpenIDVoucherTests {
    /// A provider with one P-256 key, whose signatures of the same text differ.
    private struct Provider {
        let key = P256.Signing.PrivateKey()

        var keySet: String {
            let point = key.publicKey.rawRepresentation
            let (x, y) = (Self.text(point.prefix(32)), Self.text(point.suffix(32)))
            return #"{"keys":[{"kty":"EC","crv":"P-256","alg":"ES256","x":"\#(x)","y":"\#(y)"}]}"#
        }

        func token(_ more: String = "", expires: Int64 = Office.now + 60, audience: String = "panel") throws -> String {
            let payload =
                #"{"iss":"https://id.example","aud":"\#(audience)","exp":\#(expires),"sub":"joe"\#(more)}"#
            let signed = [#"{"alg":"ES256"}"#, payload].map { Self.text(Data($0.utf8)) }.joined(separator: ".")
            return signed + "." + Self.text(try key.signature(for: Data(signed.utf8)).rawRepresentation)
        }

        private static func text(_ data: Data) -> String {
            String(decoding: Base64URL.encode(Array(data).span), as: UTF8.self)
        }
    }

    private func office(_ provider: Provider) async throws -> Office {
        let office = try await Office()
        for audience in ["panel", "other"] {
            try await office.store.saveIdentityProvider(
                IdentityProvider(
                    partnerID: office.partnerID,
                    issuer: "https://id.example",
                    audience: audience,
                    userClaim: "sub",
                    keySet: provider.keySet
                ),
                recording: Office.event
            )
        }
        return office
    }

    /// Checks a token and uses it up; answers the reason of a refusal, or nothing.
    private func use(_ token: String, in office: Office) async throws -> String {
        let attempt = Office.attempt()
        switch try await office.authenticator.check(openIDToken: token, attempt: attempt) {
        case .refused(let reason): return reason.description
        case .vouched(let voucher):
            let decision = try await office.authenticator.preview(
                try #require(voucher.partnerUserID),
                in: voucher.provider.partnerID,
                by: "OpenID token",
                spending: voucher.spent,
                attempt: attempt
            )
            if case .refused(let reason) = decision { return reason.description }
            return ""
        }
    }

    @Test func `a token is good once, also with another signature`() async throws {
        let provider = Provider()
        let office = try await office(provider)
        let (first, second) = (try provider.token(), try provider.token())
        #expect(first != second)
        #expect(try await use(first, in: office) == "")
        #expect(try await use(first, in: office) == "alreadyUsed")
        #expect(try await use(second, in: office) == "alreadyUsed")
        #expect(try await use(provider.token(expires: Office.now + 61), in: office) == "")
    }

    @Test func `a token with a name is good once by that name, of this issuer for this audience`() async throws {
        let provider = Provider()
        let office = try await office(provider)
        let name = #","jti":"4711""#
        #expect(try await use(provider.token(name), in: office) == "")
        #expect(try await use(provider.token(name + #","more":1"#), in: office) == "alreadyUsed")
        #expect(try await use(provider.token(#","jti":"4712""#), in: office) == "")
        #expect(try await use(provider.token(name, audience: "other"), in: office) == "")
    }

    @Test func `the key endpoint's check uses nothing up`() async throws {
        let provider = Provider()
        let office = try await office(provider)
        let token = try provider.token()
        for _ in 0..<2 {
            let decision = try await office.authenticator.authenticate(openIDToken: token, attempt: Office.attempt())
            #expect(decision.grant?.user.partnerUserID?.text == "joe")
        }
        #expect(try await use(token, in: office) == "")
    }

    @Test func `says whose pages may frame a refusal, by what a token claims`() async throws {
        let office = try await office(Provider())
        let stranger = Provider()
        let claimed = try await office.authenticator.claimedProvider(ofToken: stranger.token())
        #expect(claimed?.partnerID == office.partnerID)
        let other = try stranger.token(audience: "nobody's")
        #expect(try await office.authenticator.claimedProvider(ofToken: other) == nil)
        #expect(try await office.authenticator.claimedProvider(ofToken: "a.b.c") == nil)
    }

    /// A token as Zendesk signs its requests: RS256 without `kid`, the public key as PEM.
    @Test func `takes Zendesk's public key as PEM`() async throws {
        let keySet = try VerificationKeys.keySet(of: Self.publicKey)
        let keys = try await VerificationKeys(keySet: keySet, algorithm: "RS256")
        #expect(keys.pinned.contains(#""alg":"RS256""#))
        let office = try await Office()
        try await office.store.saveIdentityProvider(
            IdentityProvider(
                partnerID: office.partnerID,
                issuer: "acme.zendesk.com",
                audience: "https://acme.zendesk.com/api/v2/apps/installations/28666.json",
                userClaim: "sub",
                keySet: keys.pinned
            ),
            recording: Office.event
        )
        #expect(try await use(Self.token, in: office) == "")
        #expect(try await use(Self.token, in: office) == "alreadyUsed")
    }

    @Test func `takes one public key of PEM and nothing else`() {
        let secret = Self.publicKey.replacing("PUBLIC", with: "PRIVATE")
        let certificate = Self.publicKey.replacing("PUBLIC KEY", with: "CERTIFICATE")
        let broken = Self.publicKey.replacing("MIIB", with: "MIIC")
        for text in [secret, certificate, broken, Self.publicKey + "\n" + Self.publicKey] {
            #expect(throws: KeySetError.self, "\(text.prefix(40))") { try VerificationKeys.keySet(of: text) }
        }
        #expect(throws: Never.self) { try VerificationKeys.keySet(of: Self.publicKey.replacing("\n", with: "\r\n")) }
    }

    private static let publicKey = """
        -----BEGIN PUBLIC KEY-----
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAsJBZjCXRym3yymmW+R19
        rYzPTNQRel+vU1YV6pAeedSyKRSpWwywYJRPEywvoSBj9IwciwXHqaOye6DIbckj
        q3ARXWmdJt+2PGLzQ+WLCDMb1Op/f5WazJ0gf2Y8TT9h/5yEANMs992fdXMgPg05
        B9HIU0r81PJe9EMaJvfIT4YOTXqimbvORgCBJ8uHrnAs872qtgz/y0lHIIVcYmcO
        n/poHiaS7K0Tj4klhkLMHQuRy4TW2QrkC64pmCX+SLU/gcpYa0Llvpx0MQW8FSaC
        pjR+SHIVyNUl04JxT/spnU0Iz3PS1cv4MVQjIBekfjIG8Xfrc8r4oGtQfDQNiS56
        BwIDAQAB
        -----END PUBLIC KEY-----
        """

    private static let token = [
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhY21lLnplbmRlc2suY29tIiwiYXVkIjoiaHR0cHM6Ly9hY21lLnp",
        "lbmRlc2suY29tL2FwaS92Mi9hcHBzL2luc3RhbGxhdGlvbnMvMjg2NjYuanNvbiIsImlhdCI6MTcwMDAwMDAwMCwibmJmIjoxNjk",
        "5OTk5ODgwLCJleHAiOjE3MDAwMDAzMDAsInN1YiI6ImpvZSIsImNvbnRleHQiOnsicHJvZHVjdCI6InN1cHBvcnQiLCJsb2NhdGl",
        "vbiI6InRpY2tldF9zaWRlYmFyIn19.XI1QsGFrIAAEmMuCwdZ_JWLG1R3AwX_LIFMkKFFCjKAOInLdRFsNWfK0Dk3WeiDjOYClXD",
        "t7_QbqOvS1gMmT9MsbFrsu8oHSH60GcUKu5Kxz3vMHkfTFpJWki-",
        "_uD4INavf9H7S26v6gGu3lbtMi602AaWq6AEv9-wqtLZv6ZvHFpC27fzgQgGl3DT-iuF4Ng6VLLfSQn39TP-",
        "9nk84Lo5PcEKyZcOeR9lSzDGp5362CyA6TVZ7RuamdUtWdjmcE8tgEWJNpouAImiEVbr2Bgd6Ff99mICS5UmT6EDeg3MvcPmR-",
        "0Bj8m1_S2J4YoMAew_-2dlEEkDZvzj-B0tDmEA",
    ]
    .joined()
}
