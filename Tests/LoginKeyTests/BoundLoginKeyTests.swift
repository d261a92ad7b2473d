import TestSupport
import Testing

@testable import LoginKey

@Suite struct BoundLoginKeyTests {
    @Test(arguments: LoginKeyAlgorithm.allCases)
    func `accepts a key for what it was made for`(_ algorithm: LoginKeyAlgorithm) throws {
        let example = try BoundExample(algorithm)
        #expect(example.outcome(purpose: example.purpose) == .valid)
        let other = try LoginKeyAudience(parsing: "other.example")
        #expect(example.outcome(at: [other, example.audience], purpose: example.purpose) == .valid)
        #expect(try BoundLoginKey(parsing: example.loginKey.text).text == example.loginKey.text)
    }

    @Test(arguments: LoginKeyAlgorithm.allCases)
    func `refuses a key with any byte changed, left out or doubled`(_ algorithm: LoginKeyAlgorithm) throws {
        let example = try BoundExample(algorithm)
        let bytes = Array(example.loginKey.text.utf8)
        // Every byte that may stand anywhere in a key, and some that may not.
        let replacements = BoundExample.alphabet + Array("$:@.~[]+/= \n\0".utf8) + [0x80, 0xC3]
        var signatures = 0
        for index in bytes.indices {
            for replacement in replacements where replacement != bytes[index] {
                var changed = bytes
                changed[index] = replacement
                signatures += try expectRefused(changed, example) ? 1 : 0
            }
            _ = try expectRefused(Array(bytes[..<index] + bytes[(index + 1)...]), example)
            _ = try expectRefused(Array(bytes[..<index] + [bytes[index]] + bytes[index...]), example)
        }
        #expect(signatures > 3000, "hardly any change left the key well formed")
    }

    @Test(arguments: LoginKeyAlgorithm.allCases)
    func `refuses a key for every other command, session, audience, group and user`(
        _ algorithm: LoginKeyAlgorithm
    ) throws {
        let example = try BoundExample(algorithm)
        for command in LoginKeyCommand.allCases where command != .join {
            for session in [nil, "26881636"] where command.allows(session: session != nil) {
                let purpose = try LoginKeyPurpose(command, sessionKey: session)
                #expect(example.outcome(purpose: purpose) == .invalid(.wrongCommand), "\(purpose)")
            }
        }
        #expect(example.outcome(purpose: nil) == .invalid(.wrongCommand))
        for session in ["26881637", "2688163", "268816366", "a"] {
            let purpose = try LoginKeyPurpose(.join, sessionKey: session)
            #expect(example.outcome(purpose: purpose) == .invalid(.wrongSession), "\(session)")
        }
        for name in ["support.example:8443", "upport.example", "support.example.", "support.exampl", "x"] {
            let audience = try LoginKeyAudience(parsing: name)
            #expect(example.outcome(at: [audience], purpose: example.purpose) == .invalid(.wrongAudience), "\(name)")
        }
        #expect(example.outcome(at: [], purpose: example.purpose) == .invalid(.wrongAudience))
        for id in ["1234", "123455", "12346", "012345"] {
            let group = try PartnerID(parsing: id)
            #expect(example.outcome(in: group, purpose: example.purpose) == .invalid(.signatureMismatch), "\(id)")
        }
        for id in ["005Fk000001aBcE", "005Fk000001aBc", "005Fk000001aBcD\n", "\n005Fk000001aBcD"] {
            let user = try PartnerUserID(parsing: id)
            #expect(example.outcome(for: user, purpose: example.purpose) == .invalid(.signatureMismatch))
        }
    }

    @Test(arguments: LoginKeyAlgorithm.allCases)
    func `refuses every other key, of its kind and of the other`(_ algorithm: LoginKeyAlgorithm) throws {
        let example = try BoundExample(algorithm)
        var generator = SeededGenerator(seed: 99)
        let others: [VerificationKey] = [
            .secret(APIKey.generate(using: &generator)),
            .ed25519(try Ed25519PrivateKey.generate(using: &generator).publicKey),
        ]
        for other in others {
            let code: LoginKeyError.Code = other.algorithm == algorithm ? .signatureMismatch : .wrongAlgorithm
            #expect(example.outcome(with: other, purpose: example.purpose) == .invalid(code))
        }
    }

    @Test(
        arguments: [
            (0, nil), (59, nil), (60, LoginKeyError.Code.expired), (61, .expired), (-86_400 - 300 + 60, nil),
            (-86_400 - 301 + 60, .expiresTooLate), (Int64.max - BoundExample.now, .expired),
            (Int64.min, .expiresTooLate),
        ] as [(Int64, LoginKeyError.Code?)]
    )
    func `is valid until the second before it expires, and a day before that`(
        _ later: Int64,
        _ code: LoginKeyError.Code?
    ) throws {
        let example = try BoundExample(.hs256)
        let now = BoundExample.now.addingReportingOverflow(later).partialValue
        let outcome = example.outcome(purpose: example.purpose, now: later == .min ? .min : now)
        #expect(outcome == (code.map { .invalid($0) } ?? .valid))
    }

    @Test func `gives every key a nonce and an identity of its own`() throws {
        let example = try BoundExample(.hs256)
        var generator = SeededGenerator(seed: 7)
        let issuer = try BoundLoginKeyIssuer(
            partnerID: example.partnerID,
            keyID: 17,
            key: example.signingKey,
            audience: example.audience
        )
        let keys = try (0..<100)
            .map { _ in
                try issuer.issue(
                    for: example.partnerUserID,
                    purpose: example.purpose,
                    at: BoundExample.now,
                    using: &generator
                )
            }
        #expect(Set(keys.map(\.identity)).count == 100)
        #expect(keys.allSatisfy { (16...64).contains($0.identity.count) })
        let longest =
            "$2$HS256$999999999999999999$9999999999$" + String(repeating: "A", count: 43)
            + "$authenticate@a$" + String(repeating: "A", count: 43)
        #expect(try BoundLoginKey(parsing: longest).identity.count == 64)
    }

    @Test func `shows neither nonce nor signature when printed`() throws {
        let key = try BoundExample(.ed25519).loginKey
        let parts = key.text.split(separator: "$")
        var dumped = ""
        dump(PresentedLoginKey.version2(key), to: &dumped)
        for text in ["\(key)", String(reflecting: key), "\(PresentedLoginKey.version2(key))", dumped] {
            #expect(!text.contains(parts[4]) && !text.contains(parts[6]))
        }
    }

    /// Whether the changed key was still well formed; it has to be refused in any case.
    private func expectRefused(_ bytes: [UInt8], _ example: BoundExample) throws -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let key = try? BoundLoginKey(parsing: text) else { return false }
        // Not even where the request is just what the changed key is for.
        let purpose = try LoginKeyPurpose(key.command, sessionKey: key.sessionKey)
        let audience = try LoginKeyAudience(parsing: key.audience)
        let asked = example.outcome(of: key, at: [audience], purpose: purpose)
        #expect(asked == .invalid(.signatureMismatch) || asked == .invalid(.wrongAlgorithm), "\(text)")
        return true
    }

    @Test func `an audience is the host of a public URL, whatever comes behind`() throws {
        for (url, text) in [
            ("https://Support.example", "support.example"), ("https://support.example/", "support.example"),
            ("https://support.example:8443/a/b", "support.example:8443"), ("http://[::1]:8080?a=/b", "[::1]:8080"),
        ] {
            #expect(try LoginKeyAudience(publicURL: url).text == text)
        }
        for url in ["", "support.example", "https://", "https:/support.example", "/support.example", "https:///path"] {
            #expect(throws: LoginKeyError.self, "\(url)") { try LoginKeyAudience(publicURL: url) }
        }
    }
}
