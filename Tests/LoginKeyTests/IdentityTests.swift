import Foundation
import TestSupport
import Testing

@testable import LoginKey

@Suite struct PartnerIDTests {
    @Test(arguments: ["1", "1234", "123456", "9999999999", "012345"])
    func `takes one to ten digits as they are`(_ text: String) throws {
        #expect(try PartnerID(parsing: text).text == text)
    }

    @Test(arguments: ["", "12345678901", "+1234", "-1", " 1234", "1234 ", "12a4", "１２３４", "12\u{300}", "0x10", "1.5"])
    func `refuses everything else`(_ text: String) {
        #expect(throws: LoginKeyError(code: .malformedPartnerID, message: "")) { try PartnerID(parsing: text) }
    }
}

@Suite struct PartnerUserIDTests {
    @Test func `takes 255 characters and no more`() throws {
        #expect(try PartnerUserID(parsing: String(repeating: "🔑", count: 255)).text.unicodeScalars.count == 255)
        #expect(throws: LoginKeyError.self) { try PartnerUserID(parsing: String(repeating: "x", count: 256)) }
        #expect(throws: LoginKeyError.self) { try PartnerUserID(parsing: "") }
        #expect(throws: LoginKeyError.self) { try PartnerUserID(parsing: "joe\0x") }
    }

    @Test(.enabled(if: SharedVectors.has("blns/blns.json"), "no shared vectors beside the checkout"))
    func `naughty strings are equal exactly when their bytes are`() throws {
        let strings = try JSONDecoder().decode([String].self, from: SharedVectors.data("blns/blns.json"))
        let ids = strings.compactMap { try? PartnerUserID(parsing: $0) }
        #expect(ids.count > 400)
        for left in ids {
            for right in ids {
                #expect((left == right) == (Array(left.text.utf8) == Array(right.text.utf8)))
            }
        }
    }
}

@Suite struct APIKeyTests {
    @Test func `prints nothing of the key`() throws {
        let apiKey = try APIKey(text: "verysecret")
        var dumped = ""
        dump(apiKey, to: &dumped)
        for text in ["\(apiKey)", String(reflecting: apiKey), dumped] {
            #expect(!text.contains("verysecret"))
            #expect(!text.contains("118"), "no bytes either")
        }
    }

    @Test func `refuses an empty and an oversized key`() {
        #expect(throws: LoginKeyError(code: .malformedAPIKey, message: "")) { try APIKey(text: "") }
        #expect(throws: LoginKeyError(code: .malformedAPIKey, message: "")) {
            try APIKey(text: String(repeating: "k", count: 1025))
        }
    }

    @Test func `generates 43 characters of 256 bits, never the same twice`() {
        var generator = SeededGenerator(seed: 3)
        let keys = (0..<100)
            .map { _ in
                APIKey.generate(using: &generator).withSecretBytes { String(decoding: $0, as: UTF8.self) }
            }
        #expect(Set(keys).count == 100)
        #expect(keys.allSatisfy { $0.utf8.count == 43 })
    }

    @Test(arguments: [
        ("secret", false), ("0123456789ABCDEF", false), ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false),
        ("kR7vQ2mZ9xT4wB6nY8pL3c", true), ("x8Jt0_Rw-5vQmZ9xT4wB6nY8pL3cK1dF7gH2sA0uEoI", true),
    ])
    func `estimates which keys have 128 bits`(_ text: String, _ isStrong: Bool) throws {
        let bits = try APIKey(text: text).estimatedBits
        #expect((bits >= 128) == isStrong, "\(bits) bits")
    }
}

@Suite struct LoginKeyCredentialsTests {
    static let key = "$1$1900000000$DVMsE0uFtTjc6mSmgHW28V71P_ZpH7LaFaWAq8wePQY"

    @Test func `reads all three ways in which a key travels`() throws {
        let ways = [
            try LoginKeyCredentials(partnerID: "98765", partnerUserID: "UserId", username: nil, loginKey: Self.key),
            try LoginKeyCredentials(
                partnerID: "98765",
                partnerUserID: "UserId~\(Self.key)",
                username: nil,
                loginKey: nil
            ),
        ]
        for credentials in ways {
            guard case .partner(let partnerID, let partnerUserID, let loginKey) = credentials else {
                Issue.record("not a partner's credentials")
                continue
            }
            #expect(partnerID.text == "98765")
            #expect(partnerUserID.text == "UserId")
            #expect(loginKey.text == Self.key)
        }
        let account = try LoginKeyCredentials(
            partnerID: nil,
            partnerUserID: nil,
            username: "Joe@x~\(Self.key)",
            loginKey: nil
        )
        guard case .account(let username, _) = account else {
            Issue.record("not an account's credentials")
            return
        }
        #expect(username.text == "joe@x")
    }

    @Test(arguments: ["a~b", "~", "a~$b", "~$1$", "$", "x~$1$1900000000$y", "a~b~c"])
    func `splits at the last tilde before a dollar`(_ name: String) throws {
        let credentials = try LoginKeyCredentials(
            partnerID: "1",
            partnerUserID: "\(name)~\(Self.key)",
            username: nil,
            loginKey: nil
        )
        guard case .partner(_, let partnerUserID, _) = credentials else {
            Issue.record("not a partner's credentials")
            return
        }
        #expect(partnerUserID.text == name)
    }

    @Test func `refuses missing and conflicting fields`() {
        let cases: [(String?, String?, String?, String?, LoginKeyError.Code)] = [
            (nil, nil, nil, nil, .missingCredentials), ("1", nil, nil, Self.key, .missingCredentials),
            ("1", "joe", nil, nil, .missingCredentials), (nil, "joe", nil, Self.key, .missingCredentials),
            (nil, nil, "joe", nil, .missingCredentials), ("1", "joe", "joe", Self.key, .conflictingCredentials),
            ("1", nil, "joe", Self.key, .conflictingCredentials),
            ("1", "joe~\(Self.key)", nil, Self.key, .conflictingCredentials),
        ]
        for (partnerID, partnerUserID, username, loginKey, code) in cases {
            #expect(throws: LoginKeyError(code: code, message: "")) {
                try LoginKeyCredentials(
                    partnerID: partnerID,
                    partnerUserID: partnerUserID,
                    username: username,
                    loginKey: loginKey
                )
            }
        }
    }
}
