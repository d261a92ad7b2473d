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

/// Tokens of an identity provider at the key endpoint (`docs/threats.md#jwt`).
@Suite struct OpenIDTests {
    /// A provider with one Ed25519 key, whose tokens can be given any header and payload.
    private struct Provider {
        let key = Curve25519.Signing.PrivateKey()

        var keySet: String {
            let x = Base64URL.encode(Array(key.publicKey.rawRepresentation).span)
            return """
                {"keys":[{"kty":"OKP","crv":"Ed25519","kid":"k1","alg":"EdDSA","use":"sig",
                "x":"\(String(decoding: x, as: UTF8.self))"}]}
                """
        }

        func token(
            _ payload: String,
            header: String = #"{"alg":"EdDSA","kid":"k1","typ":"JWT"}"#
        ) throws -> String {
            let signed = [header, payload].map { String(decoding: Base64URL.encode($0.utf8.span), as: UTF8.self) }
                .joined(separator: ".")
            let signature = try key.signature(for: Data(signed.utf8))
            return signed + "." + String(decoding: Base64URL.encode(Array(signature).span), as: UTF8.self)
        }

        /// A token of algorithm `none`: with nothing behind its last dot.
        func unsigned(_ payload: String, header: String) throws -> String {
            let token = try token(payload, header: header)
            return token.split(separator: ".").prefix(2).joined(separator: ".") + "."
        }

        /// A token whose HMAC has the public key as its secret.
        func swapped(_ payload: String, header: String) throws -> String {
            let signed = try unsigned(payload, header: header).dropLast()
            let code = HMAC<SHA256>
                .authenticationCode(
                    for: Data(signed.utf8),
                    using: SymmetricKey(data: key.publicKey.rawRepresentation)
                )
            return signed + "." + String(decoding: Base64URL.encode(Array(code).span), as: UTF8.self)
        }
    }

    private static func payload(
        iss: String = "https://id.example",
        aud: String = #""panel""#,
        exp: Int64 = Office.now + 60,
        more: String = ""
    ) -> String {
        #"{"iss":"\#(iss)","aud":\#(aud),"exp":\#(exp),"sub":"4711","employee":"joe"\#(more)}"#
    }

    private func office(_ provider: Provider) async throws -> Office {
        let office = try await Office()
        try await office.store.saveIdentityProvider(
            IdentityProvider(
                partnerID: office.partnerID,
                issuer: "https://id.example",
                audience: "panel",
                userClaim: "employee",
                keySet: provider.keySet
            ),
            recording: Office.event
        )
        return office
    }

    @Test func `knows the user by the configured claim, and refuses everything that is not quite right`() async throws {
        let provider = Provider()
        let office = try await office(provider)
        let stranger = Provider()
        let header = #"{"alg":"%","kid":"k1","typ":"JWT"}"#
        let table: [(String, String, String)] = [
            ("good", try provider.token(Self.payload()), ""),
            ("one of several audiences", try provider.token(Self.payload(aud: #"["x","panel"]"#)), ""),
            ("other audience", try provider.token(Self.payload(aud: #""other""#)), "aud does not match"),
            (
                "other issuer", try provider.token(Self.payload(iss: "https://evil.example")),
                "no provider with its iss is connected"
            ),
            ("ended", try provider.token(Self.payload(exp: Office.now)), "expiredToken"),
            ("not yet", try provider.token(Self.payload(more: #","nbf":\#(Office.now + 400)"#)), "expiredToken"),
            ("another's signature", try stranger.token(Self.payload()), "the provider's key has not signed it"),
            (
                "alg none", try provider.token(Self.payload(), header: header.replacing("%", with: "none")),
                "its alg is not an allowed signature algorithm"
            ),
            (
                "alg HS256", try provider.token(Self.payload(), header: header.replacing("%", with: "HS256")),
                "its alg is not an allowed signature algorithm"
            ),
            (
                "no signature", try provider.unsigned(Self.payload(), header: header.replacing("%", with: "none")),
                "its alg is not an allowed signature algorithm"
            ),
            (
                "no signature, as if there were one",
                try provider.unsigned(Self.payload(), header: header.replacing("%", with: "EdDSA")),
                "the provider's key has not signed it"
            ),
            (
                "HMAC with the public key",
                try provider.swapped(Self.payload(), header: header.replacing("%", with: "HS256")),
                "its alg is not an allowed signature algorithm"
            ),
            (
                "critical extension",
                try provider.token(Self.payload(), header: #"{"alg":"EdDSA","kid":"k1","crit":["x"],"x":1}"#),
                "its header has crit or b64, or a typ that is not JWT"
            ),
            ("no kid, and one key", try provider.token(Self.payload(), header: #"{"alg":"EdDSA"}"#), ""),
            (
                "other kid", try provider.token(Self.payload(), header: #"{"alg":"EdDSA","kid":"k2"}"#),
                "no key of the provider has its kid and alg"
            ),
            (
                "other typ",
                try provider.token(Self.payload(), header: #"{"alg":"EdDSA","kid":"k1","typ":"logout+jwt"}"#),
                "its header has crit or b64, or a typ that is not JWT"
            ),
            (
                "no end", try provider.token(#"{"iss":"https://id.example","aud":"panel","employee":"joe"}"#),
                "it is not a JWT with iss, aud and exp"
            ),
            ("unknown user", try provider.token(Self.payload().replacing("joe", with: "eve")), "unknownUser"),
            ("cut", String(try provider.token(Self.payload()).dropLast()), "it is not a JWT with iss, aud and exp"),
            ("nothing", "", "it is not a JWT with iss, aud and exp"),
            ("dots", "..", "it is not a JWT with iss, aud and exp"),
        ]
        for (name, token, expected) in table {
            // A sentence is the detail of what is not valid.
            let reason = expected.contains(" ") ? "invalidToken" : expected
            let attempt = Office.attempt()
            let decision = try await office.authenticator.authenticate(openIDToken: token, attempt: attempt)
            let event = try #require(
                try await office.store.auditEvents(AuditFilter(correlationID: attempt.correlationID)).first
            )
            #expect(event.reason == reason, "\(name)")
            #expect(event.detail.hasSuffix(reason == expected ? "" : ": \(expected)"), "\(name): \(event.detail)")
            #expect((decision.grant != nil) == reason.isEmpty, "\(name)")
        }
    }

    @Test(arguments: [
        #"{"kty":"RSA","kid":"e","use":"enc","alg":"RSA-OAEP","n":"AQAB","e":"AQAB"}"#,
        #"{"kty":"NEW","kid":"n","use":"sig","alg":"NEW1"}"#,
        #"{"kty":"EC","crv":"secp256k1","alg":"ES256K","kid":"k"}"#,
        #"{"kty":"OKP","crv":"X25519","kid":"x","x":"AAAA"}"#, #"{"kty":5}"#, "5",
        #"{"kty":"EC","crv":"P-256","key_ops":["deriveBits"],"x":"AAAA","y":"AAAA"}"#,
    ])
    func `ignores keys that are not for signatures or not known, and pins an algorithm`(_ other: String) async throws {
        let provider = Provider()
        let token = try provider.token(Self.payload())
        let unnamed = try provider.token(Self.payload(), header: #"{"alg":"EdDSA"}"#)
        for absent in [#""alg":"EdDSA","#, #""kid":"k1","#, #""use":"sig","#] {
            let own = provider.keySet.replacing(absent, with: "")
            #expect(own != provider.keySet)
            let set = own.replacing(#"{"keys":["#, with: #"{"keys":[\#(other),"#)
            let keys = try await VerificationKeys(keySet: set)
            _ = try keys.payload(of: token)
            _ = try keys.payload(of: unnamed)
            let again = try await VerificationKeys(keySet: keys.pinned)
            #expect(again.pinned == keys.pinned)
            #expect(again.pinned.contains("EdDSA"))
        }
    }

    @Test func `takes public keys with a name and an algorithm only`() async throws {
        for keys in [
            "", "{}", #"{"keys":[]}"#, #"{"keys":[{"kty":"oct","kid":"a","alg":"HS256","k":"AAAA"}]}"#,
            #"{"keys":[{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","x":"AAAA"}]}"#,
            #"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"AAAA"}]}"#,
            #"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","alg":"EdDSA","x":"AAAA","d":"AAAA"}]}"#,
            #"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","alg":"EdDSA","x":"AAAA","use":"enc"}]}"#,
            #"{"keys":[{"kty":"EC","crv":"P-256","kid":"a","alg":"ES256","x":"AAAA","y":"AAAA"}]}"#,
        ] {
            await #expect(throws: KeySetError.self, "\(keys)") { try await VerificationKeys(keySet: keys) }
        }
    }

    /// What Wycheproof calls invalid has to be refused; what it calls valid is accepted for the algorithms that we take,
    /// and where the token names the key.
    @Test(.enabled(if: SharedVectors.has("wycheproof/json_web_signature_test.json"), "no Wycheproof vectors here"))
    func `refuses every invalid signature of Wycheproof`() async throws {
        let data = try SharedVectors.data("wycheproof/json_web_signature_test.json")
        let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        var (accepted, refused) = (0, 0)
        for group in try #require(root["testGroups"] as? [[String: Any]]) {
            let key = group["public"] as? [String: Any] ?? group["private"] as? [String: Any] ?? [:]
            let set = try JSONSerialization.data(withJSONObject: ["keys": [key]])
            let keys = try? await VerificationKeys(keySet: String(decoding: set, as: UTF8.self))
            for test in group["tests"] as? [[String: Any]] ?? [] {
                let token = test["jws"] as? String ?? ""
                let isAccepted = (try? keys?.payload(of: token)) != nil
                if test["result"] as? String == "invalid" {
                    #expect(!isAccepted, "\(test["tcId"] ?? 0): \(test["comment"] ?? "")")
                    refused += 1
                } else if isAccepted {
                    accepted += 1
                }
            }
        }
        #expect(refused > 50)
        #expect(accepted > 30)
    }
}
