import COpenSSL
import Foundation
import LoginKey

/// Compares, in one run and in turns: full verification of a LoginKey of version 2 with HMAC and of one of version 1, and
/// full verification of one with Ed25519 and libcrypto's of the same signature and message.
struct BoundKeyBenchmark {
    private let own: KeyBenchmark
    private let audiences: [LoginKeyAudience]
    private let purpose: LoginKeyPurpose
    private let hmacText: String
    private let ed25519Text: String
    private let publicKey: VerificationKey
    private let secret: VerificationKey
    private let openSSLKey: OpaquePointer
    private let signature: [UInt8]
    private let message: [UInt8]

    init(_ own: KeyBenchmark) throws {
        var generator = SystemRandomNumberGenerator()
        let pair = try Ed25519PrivateKey.generate(using: &generator)
        self.own = own
        let audience = try LoginKeyAudience(parsing: "support.example")
        audiences = [audience]
        purpose = try LoginKeyPurpose(.join, sessionKey: "26881636")
        secret = .secret(own.apiKey)
        publicKey = .ed25519(pair.publicKey)
        hmacText = try Self.text(.secret(own.apiKey), own, audience, purpose)
        ed25519Text = try Self.text(.ed25519(pair), own, audience, purpose)
        let parts = ed25519Text.split(separator: "$")
        let signed = ed25519Text.dropLast(parts[6].count + 1)
        message = Array("LoginKey-2\n\(signed)\n\(own.partnerID)\n\(own.partnerUserID)".utf8)
        let base64 = parts[6].replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/") + "=="
        guard let bytes = Data(base64Encoded: base64), bytes.count == 64,
            let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, pair.publicKey.bytes, 32)
        else { fatalError("OpenSSL does not take the key") }
        signature = Array(bytes)
        openSSLKey = key
        precondition(verifyOpenSSL(), "OpenSSL does not verify the key")
    }

    private static func text(
        _ key: SigningKey,
        _ own: KeyBenchmark,
        _ audience: LoginKeyAudience,
        _ purpose: LoginKeyPurpose
    ) throws -> String {
        var generator = SystemRandomNumberGenerator()
        let issuer = try BoundLoginKeyIssuer(partnerID: own.partnerID, keyID: 17, key: key, audience: audience)
        return
            try issuer
            .issue(for: own.partnerUserID, purpose: purpose, at: KeyBenchmark.now, using: &generator).text
    }

    private func verify(_ text: String, with key: VerificationKey) -> Bool {
        guard case .version2(let loginKey) = try? PresentedLoginKey(parsing: text) else { return false }
        let outcome = LoginKeyVerifier()
            .verify(
                loginKey,
                for: own.partnerUserID,
                in: own.partnerID,
                with: key,
                at: audiences,
                purpose: purpose,
                at: KeyBenchmark.now
            )
        return outcome == .valid
    }

    func verifyHMAC() -> Bool { verify(hmacText, with: secret) }

    private func verifyOpenSSL() -> Bool {
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        return EVP_DigestVerifyInit(context, nil, nil, nil, openSSLKey) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }

    func compareTimes() {
        var hmac: (first: [Double], second: [Double]) = ([], [])
        var ed25519: (own: [Double], openSSL: [Double]) = ([], [])
        for _ in 0..<KeyBenchmark.rounds {
            hmac.first.append(KeyBenchmark.microseconds(50_000) { self.own.verify() })
            hmac.second.append(KeyBenchmark.microseconds(50_000) { verifyHMAC() })
            ed25519.own.append(KeyBenchmark.microseconds(2_000) { verify(ed25519Text, with: publicKey) })
            ed25519.openSSL.append(KeyBenchmark.microseconds(2_000) { verifyOpenSSL() })
        }
        let (second, own) = (KeyBenchmark.median(hmac.second), KeyBenchmark.median(ed25519.own))
        // Of each round by itself: what else the machine does slows both.
        let toFirst = KeyBenchmark.median(zip(hmac.second, hmac.first).map { $0 / $1 })
        let toOpenSSL = KeyBenchmark.median(zip(ed25519.own, ed25519.openSSL).map { $0 / $1 })
        print(
            "version 2 with HMAC        \(KeyBenchmark.text(second)) µs   version 2 / version 1, median of the rounds = "
                + "\(KeyBenchmark.text(toFirst))  (goal ≤ 2)"
        )
        print(
            "version 2 with Ed25519     \(KeyBenchmark.text(own)) µs   LoginKey / libcrypto, median of the rounds = "
                + "\(KeyBenchmark.text(toOpenSSL))  (goal ≤ 1.2)"
        )
    }
}
