import TestSupport
import Testing

@testable import LoginKey

@Suite struct BoundLoginKeyParsingTests {
    /// A well-formed key with some parts changed.
    static func text(
        _ version: String = "2",
        _ algorithm: String = "HS256",
        _ keyID: String = "17",
        _ expires: String = "1795725560",
        nonce: String = "AAECAwQFBgcICQoLDA0ODw",
        target: String = "join:26881636@support.example",
        signature: String = String(repeating: "A", count: 43)
    ) -> String {
        "$\(version)$\(algorithm)$\(keyID)$\(expires)$\(nonce)$\(target)$\(signature)"
    }

    @Test(
        arguments: [
            (text("1"), LoginKeyError.Code.unsupportedVersion), (text("02"), .unsupportedVersion),
            (text("3"), .unsupportedVersion), ("", .unsupportedVersion), ("$2", .unsupportedVersion),
            ("2$HS256", .unsupportedVersion),
            ("$2$", .malformedAlgorithm), (text("2", "none"), .malformedAlgorithm),
            (text("2", "hs256"), .malformedAlgorithm),
            (text("2", "HS512"), .malformedAlgorithm), (text("2", "HS256 "), .malformedAlgorithm),
            (text("2", "HS256", ""), .malformedKeyID), (text("2", "HS256", "0"), .malformedKeyID),
            (text("2", "HS256", "017"), .malformedKeyID), (text("2", "HS256", "+17"), .malformedKeyID),
            (text("2", "HS256", "1234567890123456789"), .malformedKeyID), (text("2", "HS256", "١٧"), .malformedKeyID),
            (text("2", "HS256", "17", "179572556"), .malformedExpiry),
            (text("2", "HS256", "17", "17957255600"), .malformedExpiry),
            (text("2", "HS256", "17", "0795725560"), .malformedExpiry),
            (text("2", "HS256", "17", "-795725560"), .malformedExpiry),
            (text(nonce: ""), .malformedNonce), (text(nonce: String(repeating: "A", count: 20)), .malformedNonce),
            (text(nonce: String(repeating: "A", count: 21)), .malformedNonce),
            (text(nonce: String(repeating: "A", count: 44)), .malformedNonce),
            (text(nonce: "AAECAwQFBgcICQoLDA0ODx"), .malformedNonce),
            (text(nonce: "AAECAwQFBgcICQoLDA0OD+"), .malformedNonce),
            (text(nonce: "AAECAwQFBgcICQoLDA0ODw=="), .malformedNonce),
            (text(target: ""), .malformedPurpose), (text(target: "join"), .malformedPurpose),
            (text(target: "join@support.example"), .malformedPurpose),
            (text(target: "join:@support.example"), .malformedPurpose),
            (text(target: "Join:1@support.example"), .malformedPurpose),
            (text(target: "joi:1@support.example"), .malformedPurpose),
            (text(target: "authenticate:1@support.example"), .malformedPurpose),
            (text(target: "authenticate:@support.example"), .malformedPurpose),
            (text(target: "administer:1@support.example"), .malformedPurpose),
            (text(target: "join:a b@support.example"), .malformedPurpose),
            (text(target: "join:é@support.example"), .malformedPurpose),
            (text(target: "join:a:b@support.example"), .malformedPurpose),
            (text(target: "join:" + String(repeating: "a", count: 64) + "@support.example"), .malformedPurpose),
            (text(target: "join:1@"), .malformedAudience), (text(target: "join:1@Support.example"), .malformedAudience),
            (text(target: "join:1@a@b"), .malformedAudience), (text(target: "join:1@a/b"), .malformedAudience),
            (text(target: "join:1@" + String(repeating: "a", count: 256)), .malformedAudience),
            (text(signature: ""), .malformedSignature),
            (text(signature: String(repeating: "A", count: 42)), .malformedSignature),
            (text(signature: String(repeating: "A", count: 44)), .malformedSignature),
            (text(signature: String(repeating: "A", count: 42) + "B"), .malformedSignature),
            (text(signature: String(repeating: "A", count: 86)), .malformedSignature),
            (text("2", "Ed25519", signature: String(repeating: "A", count: 43)), .malformedSignature),
            (text("2", "Ed25519", signature: String(repeating: "A", count: 85) + "B"), .malformedSignature),
            (text() + "$", .malformedSignature), (text() + "\n", .malformedSignature),
            (text(signature: String(repeating: "A", count: 400)), .malformedSignature),
            (text(nonce: String(repeating: "A", count: 1_000_000)), .malformedSignature),
        ] as [(String, LoginKeyError.Code)]
    )
    func `refuses every other spelling, and says which part it is`(_ text: String, _ code: LoginKeyError.Code) {
        #expect(throws: LoginKeyError(code: code, message: "")) { try BoundLoginKey(parsing: text) }
    }

    @Test(arguments: [
        text(), text("2", "Ed25519", signature: String(repeating: "A", count: 86)),
        text("2", "HS256", "999999999999999999"),
        text(nonce: String(repeating: "A", count: 43)), text(target: "authenticate@a"), text(target: "start@a"),
        text(target: "view:a~.-_Z@[2001:db8::1]:8443"), text(target: "join:~@a"),
        text(target: "join:" + String(repeating: "a", count: 63) + "@" + String(repeating: "b", count: 255)),
    ])
    func `reads what is well formed, and prints it as it was`(_ text: String) throws {
        let key = try BoundLoginKey(parsing: text)
        #expect(key.text == text)
        #expect(text.contains("$\(key.purposeText)@\(key.audience)$"))
        #expect(try PresentedLoginKey(parsing: text).text == text)
    }

    @Test func `is refused by a reader of version 1`() {
        #expect(throws: LoginKeyError(code: .unsupportedVersion, message: "")) { try LoginKey(parsing: Self.text()) }
    }

    @Test(arguments: [text(), text(target: "join:~@a"), text(target: "join:a~@a"), text(target: "start:~~~@a")])
    func `travels behind an id like version 1`(_ text: String) throws {
        for name in ["joe", "joe~$1", "a~b~"] {
            let credentials = try LoginKeyCredentials(
                partnerID: "12345",
                partnerUserID: "\(name)~\(text)",
                username: nil,
                loginKey: nil
            )
            guard case .partner(_, let user, let loginKey) = credentials else {
                Issue.record("other credentials")
                return
            }
            #expect(user.text == name)
            #expect(loginKey.text == text)
        }
        #expect(throws: LoginKeyError(code: .conflictingCredentials, message: "")) {
            try LoginKeyCredentials(partnerID: "1", partnerUserID: "joe~\(text)", username: nil, loginKey: text)
        }
    }

    @Test func `reads no nonsense, and stays alive`() {
        var generator = SeededGenerator(seed: 11)
        let letters = Array("$2HS256Ed519:@.-~joinAab0179".utf8)
        for _ in 0..<20_000 {
            var bytes = Array("$2$".utf8)
            if Bool.random(using: &generator) {
                bytes = Array(Self.text().utf8.prefix(.random(in: 0...119, using: &generator)))
            }
            for _ in 0..<Int.random(in: 0...60, using: &generator) {
                let letter = letters.randomElement(using: &generator) ?? 0
                bytes.insert(letter, at: Int.random(in: 0...bytes.count, using: &generator))
            }
            let text = String(decoding: bytes, as: UTF8.self)
            if let key = try? BoundLoginKey(parsing: text) { #expect(key.text == text) }
        }
    }
}
