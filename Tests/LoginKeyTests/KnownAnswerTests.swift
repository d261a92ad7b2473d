import Foundation
import TestSupport
import Testing

@testable import LoginKey

@Suite struct KnownAnswerTests {
    struct Vector: Decodable, Sendable {
        let partnerId: String
        let partnerUserId: String
        let apiKey: String
        let expires: Int64
        let loginKey: String
    }

    struct File: Decodable {
        let vectors: [Vector]
        let wellFormedOnly: [String]
    }

    static let file: File = {
        guard let file = try? JSONDecoder().decode(File.self, from: Data(PackageResources.known_answers_json)) else {
            preconditionFailure("the fixture cannot be read")
        }
        return file
    }()

    @Test func `has twelve facts`() {
        #expect(Self.file.vectors.count == 12)
    }

    @Test(arguments: file.vectors)
    func `issues and verifies the published keys`(_ vector: Vector) throws {
        let partnerID = try PartnerID(parsing: vector.partnerId)
        let partnerUserID = try PartnerUserID(parsing: vector.partnerUserId)
        let apiKey = try APIKey(text: vector.apiKey)
        let issuer = try LoginKeyIssuer(partnerID: partnerID, apiKey: apiKey, lifetime: 60)
        let issued = try issuer.issue(for: partnerUserID, at: vector.expires - 60)
        #expect(issued.text == vector.loginKey)
        let parsed = try LoginKey(parsing: vector.loginKey)
        #expect(parsed.expires == vector.expires)
        let outcome = LoginKeyVerifier()
            .verify(parsed, for: partnerUserID, in: partnerID, with: apiKey, at: vector.expires - 60)
        #expect(outcome == .valid)
    }

    @Test(arguments: file.wellFormedOnly)
    func `reads well-formed keys of unknown origin`(_ text: String) throws {
        #expect(try LoginKey(parsing: text).text == text)
    }
}

@Suite struct ThirdPartyVectorTests {
    struct RFC4231: Decodable {
        struct Case: Decodable {
            let key: String
            let data: String
            let code: String

            enum CodingKeys: String, CodingKey {
                case key = "key_hex"
                case data = "data_hex"
                case code = "hmac_sha256_hex"
            }
        }

        let cases: [Case]
    }

    struct Wycheproof: Decodable {
        struct Group: Decodable {
            let tagSize: Int
            let tests: [Test]
        }

        struct Test: Decodable {
            let tcId: Int
            let key: String
            let msg: String
            let tag: String
            let result: String
        }

        let testGroups: [Group]
    }

    @Test(.enabled(if: SharedVectors.has("wycheproof/hmac_sha256_test.json"), "no shared vectors beside the checkout"))
    func `the keyed state agrees with Wycheproof`() throws {
        let file = try JSONDecoder()
            .decode(
                Wycheproof.self,
                from: SharedVectors.data("wycheproof/hmac_sha256_test.json")
            )
        var count = 0
        for group in file.testGroups {
            for test in group.tests {
                let code = Self.code(key: try Self.bytes(test.key), message: try Self.bytes(test.msg))
                let tag = Array(code.prefix(group.tagSize / 8))
                let expected = try Self.bytes(test.tag)
                #expect((tag == expected) == (test.result == "valid"), "tcId \(test.tcId)")
                count += 1
            }
        }
        #expect(count > 100)
    }

    @Test(.enabled(if: SharedVectors.has("rfc4231_hmac_sha256.json"), "no shared vectors beside the checkout"))
    func `the keyed state agrees with RFC 4231`() throws {
        let file = try JSONDecoder().decode(RFC4231.self, from: SharedVectors.data("rfc4231_hmac_sha256.json"))
        for vector in file.cases {
            let code = Self.code(key: try Self.bytes(vector.key), message: try Self.bytes(vector.data))
            let expected = try Self.bytes(vector.code)
            #expect(Array(code.prefix(expected.count)) == expected)
        }
        #expect(file.cases.count >= 6)
    }

    private static func code(key: [UInt8], message: [UInt8]) -> [UInt8] {
        var hash = KeyedHash(key: key)
        hash.update(message.span)
        let code = hash.finalize()
        return code.indices.map { code[$0] }
    }

    private static func bytes(_ hexadecimal: String) throws -> [UInt8] {
        let digits = Array(hexadecimal)
        return try stride(from: 0, to: digits.count, by: 2)
            .map { index in
                try #require(UInt8(String(digits[index...index + 1]), radix: 16))
            }
    }
}
