import TestSupport
import Testing

@testable import LoginKey

/// A group, a user and a key that is good for an hour at `now`.
struct Example {
    static let now: Int64 = 1_700_000_000

    let partnerID: PartnerID
    let partnerUserID: PartnerUserID
    let apiKey: APIKey
    let loginKey: LoginKey

    init() throws {
        partnerID = try PartnerID(parsing: "12345")
        partnerUserID = try PartnerUserID(parsing: "005Fk000001aBcD")
        apiKey = try APIKey(text: "a key that nobody else has, 0123456789")
        loginKey = try LoginKeyIssuer(partnerID: partnerID, apiKey: apiKey).issue(for: partnerUserID, at: Self.now)
    }

    func outcome(of text: String, at now: Int64 = Example.now) throws -> LoginKeyVerifier.Outcome {
        LoginKeyVerifier().verify(try LoginKey(parsing: text), for: partnerUserID, in: partnerID, with: apiKey, at: now)
    }
}

@Suite struct LoginKeyTests {
    @Test func `parses what it prints`() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<500 {
            let expires = Int64.random(in: LoginKey.expiryRange, using: &generator)
            var bytes = InlineArray<32, UInt8>(repeating: 0)
            for index in bytes.indices {
                bytes[index] = UInt8.random(in: 0...255, using: &generator)
            }
            let digits = try #require(ExpiryDigits(seconds: expires))
            let key = LoginKey(expires: expires, spelled: digits, signature: Signature(bytes: bytes))
            #expect(key.text.utf8.count == LoginKey.byteCount)
            #expect(try LoginKey(parsing: key.text) == key)
        }
    }

    @Test func `shows no signature when printed`() throws {
        let key = try Example().loginKey
        let signature = String(key.text.suffix(43))
        #expect(!"\(key)".contains(signature))
        #expect(!String(reflecting: key).contains(signature))
        var dumped = ""
        dump(key, to: &dumped)
        #expect(!dumped.contains(signature))
    }

    @Test(arguments: [
        ("", LoginKeyError.Code.unsupportedVersion), ("$", .unsupportedVersion), ("$1", .unsupportedVersion),
        ("$2$", .unsupportedVersion), ("$01$", .unsupportedVersion), ("$11$", .unsupportedVersion),
        ("$ 1$", .unsupportedVersion), ("1$", .unsupportedVersion), ("$１$", .unsupportedVersion),
        ("$1$", .malformedExpiry), ("$1$170000000$", .malformedExpiry), ("$1$17000000000$", .malformedExpiry),
        ("$1$+170000000$", .malformedExpiry), ("$1$-170000000$", .malformedExpiry),
        ("$1$ 170000000$", .malformedExpiry),
        ("$1$0700000000$", .malformedExpiry), ("$1$1700000000000$", .malformedExpiry),
        ("$1$0x65400000$", .malformedExpiry),
        ("$1$١٧٠٠٠٠٠٠٠٠$", .malformedExpiry), ("$1$1700000000", .malformedExpiry), ("$1$1700000000.", .malformedExpiry),
    ])
    func `refuses every other beginning`(_ beginning: String, _ code: LoginKeyError.Code) throws {
        let signature = try Example().loginKey.text.suffix(43)
        #expect(throws: LoginKeyError(code: code, message: "")) { try LoginKey(parsing: beginning + signature) }
    }

    @Test(arguments: ["", "=", "A", "%3D", " ", "\n", "\0"])
    func `refuses every other end`(_ end: String) throws {
        let text = try Example().loginKey.text
        let code = LoginKeyError.Code.malformedSignature
        if end.isEmpty {
            #expect(throws: LoginKeyError(code: code, message: "")) { try LoginKey(parsing: String(text.dropLast())) }
        } else {
            #expect(throws: LoginKeyError(code: code, message: "")) { try LoginKey(parsing: text + end) }
        }
    }

    @Test func `refuses the three other spellings of the last character`() throws {
        let text = try Example().loginKey.text
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let last = try #require(text.last)
        let index = try #require(alphabet.firstIndex(of: last))
        for other in 1...3 {
            let spelled = String(text.dropLast()) + String(alphabet[index + other])
            #expect(throws: LoginKeyError.self) { try LoginKey(parsing: spelled) }
        }
    }

    @Test(arguments: ["+", "/", "=", ".", " ", "é", "\0", "~"])
    func `refuses characters outside base64url at every place of the signature`(_ character: String) throws {
        let text = Array(try Example().loginKey.text)
        for position in 14..<57 {
            let changed = String(text[..<position]) + character + String(text[(position + 1)...])
            #expect(throws: LoginKeyError.self) { try LoginKey(parsing: changed) }
        }
    }
}

@Suite struct LoginKeyVerifierTests {
    @Test func `accepts what was issued`() throws {
        let example = try Example()
        #expect(try example.outcome(of: example.loginKey.text) == .valid)
    }

    @Test func `refuses a key with any character changed`() throws {
        let example = try Example()
        let text = Array(example.loginKey.text)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_$"
        for position in text.indices {
            for character in alphabet where character != text[position] {
                var changed = text
                changed[position] = character
                let outcome = try? example.outcome(of: String(changed))
                #expect(outcome != .valid, "position \(position), \(character)")
            }
        }
    }

    @Test func `refuses a key with characters swapped, left out or doubled`() throws {
        let example = try Example()
        let text = Array(example.loginKey.text)
        for position in text.indices.dropLast() where text[position] != text[position + 1] {
            var swapped = text
            swapped.swapAt(position, position + 1)
            #expect((try? example.outcome(of: String(swapped))) != .valid)
            var shorter = text
            shorter.remove(at: position)
            #expect((try? example.outcome(of: String(shorter))) != .valid)
            var longer = text
            longer.insert(text[position], at: position)
            #expect((try? example.outcome(of: String(longer))) != .valid)
        }
    }

    @Test(
        arguments: [
            (-1, .valid), (0, .invalid(.expired)), (1, .invalid(.expired)), (Int64.max / 2, .invalid(.expired)),
        ] as [(Int64, LoginKeyVerifier.Outcome)]
    )
    func `is valid before its expiry and not from then on`(_ offset: Int64, _ outcome: LoginKeyVerifier.Outcome) throws
    {
        let example = try Example()
        #expect(try example.outcome(of: example.loginKey.text, at: example.loginKey.expires + offset) == outcome)
    }

    @Test(
        arguments: [
            (86_400, .valid), (86_700, .valid), (86_701, .invalid(.expiresTooLate)),
            (Int64.max, .invalid(.expiresTooLate)),
        ] as [(Int64, LoginKeyVerifier.Outcome)]
    )
    func `may lie a day and the tolerance ahead`(_ ahead: Int64, _ outcome: LoginKeyVerifier.Outcome) throws {
        let example = try Example()
        let (now, overflow) = example.loginKey.expires.subtractingReportingOverflow(ahead)
        #expect(try example.outcome(of: example.loginKey.text, at: overflow ? .min : now) == outcome)
    }

    @Test func `the tolerance never lengthens a life`() throws {
        let example = try Example()
        let outcome = LoginKeyVerifier(clockTolerance: 3600)
            .verify(
                example.loginKey,
                for: example.partnerUserID,
                in: example.partnerID,
                with: example.apiKey,
                at: example.loginKey.expires
            )
        #expect(outcome == .invalid(.expired))
    }

    @Test func `refuses another key, another user and another group`() throws {
        let example = try Example()
        let verifier = LoginKeyVerifier()
        let others = [
            (example.partnerID, example.partnerUserID, try APIKey(text: "another key")),
            (example.partnerID, try PartnerUserID(parsing: "005Fk000001aBcE"), example.apiKey),
            (try PartnerID(parsing: "12346"), example.partnerUserID, example.apiKey),
        ]
        for (partnerID, partnerUserID, apiKey) in others {
            let outcome = verifier.verify(
                example.loginKey,
                for: partnerUserID,
                in: partnerID,
                with: apiKey,
                at: Example.now
            )
            #expect(outcome == .invalid(.signatureMismatch))
        }
    }

    @Test func `of two pairs with equal concatenation at most one verifies when groups have their own keys`() throws {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<300 {
            let digits = (0..<Int.random(in: 2...9, using: &generator))
                .map { _ in String(Int.random(in: 1...9, using: &generator)) }.joined()
            let cut = Int.random(in: 1..<digits.count, using: &generator)
            let long = try PartnerID(parsing: digits)
            let short = try PartnerID(parsing: String(digits.prefix(cut)))
            let user = try PartnerUserID(parsing: "joe")
            let shifted = try PartnerUserID(parsing: digits.dropFirst(cut) + "joe")
            let keys = [APIKey.generate(using: &generator), APIKey.generate(using: &generator)]
            let loginKey = try LoginKeyIssuer(partnerID: long, apiKey: keys[0]).issue(for: user, at: Example.now)
            let verifier = LoginKeyVerifier()
            #expect(verifier.verify(loginKey, for: user, in: long, with: keys[0], at: Example.now) == .valid)
            #expect(verifier.verify(loginKey, for: shifted, in: short, with: keys[1], at: Example.now) != .valid)
        }
    }

    @Test func `keeps composed and decomposed ids apart`() throws {
        let example = try Example()
        let composed = try PartnerUserID(parsing: "jos\u{E9}")
        let decomposed = try PartnerUserID(parsing: "jose\u{301}")
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        let key = try LoginKeyIssuer(partnerID: example.partnerID, apiKey: example.apiKey)
            .issue(for: composed, at: Example.now)
        let verifier = LoginKeyVerifier()
        #expect(
            verifier.verify(key, for: composed, in: example.partnerID, with: example.apiKey, at: Example.now) == .valid
        )
        #expect(
            verifier.verify(key, for: decomposed, in: example.partnerID, with: example.apiKey, at: Example.now)
                != .valid
        )
    }
}

@Suite struct LoginKeyIssuerTests {
    @Test(arguments: [0, -1, 86_401, Int64.min, Int64.max])
    func `refuses a lifetime outside a day`(_ lifetime: Int64) throws {
        let example = try Example()
        #expect(throws: LoginKeyError(code: .lifetimeOutOfRange, message: "")) {
            try LoginKeyIssuer(partnerID: example.partnerID, apiKey: example.apiKey, lifetime: lifetime)
        }
    }

    @Test(arguments: [0, -1, 999_996_399, 9_999_999_999, 1_700_000_000_000, Int64.max, Int64.min])
    func `refuses a time whose expiry has no ten digits`(_ now: Int64) throws {
        let example = try Example()
        let issuer = try LoginKeyIssuer(partnerID: example.partnerID, apiKey: example.apiKey)
        #expect(throws: LoginKeyError(code: .lifetimeOutOfRange, message: "")) {
            try issuer.issue(for: example.partnerUserID, at: now)
        }
    }
}
