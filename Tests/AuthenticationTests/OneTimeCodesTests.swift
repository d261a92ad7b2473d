import Testing

@testable import Accounts

@Suite struct OneTimeCodesTests {
    /// RFC 6238 appendix B, SHA-1: the secret is the ASCII text of 20 digits, the codes have eight digits.
    @Test(
        arguments: [
            (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
        ] as [(Int64, String)]
    )
    func `gives the codes of RFC 6238`(_ seconds: Int64, _ code: String) {
        let codes = OneTimeCodes(bytes: Array("12345678901234567890".utf8))
        #expect(codes.code(at: OneTimeCodes.step(at: seconds), digits: 8) == code)
        #expect(codes.code(at: OneTimeCodes.step(at: seconds)) == code.suffix(6))
    }

    /// RFC 4226 appendix D.
    @Test func `gives the codes of RFC 4226`() {
        let codes = OneTimeCodes(bytes: Array("12345678901234567890".utf8))
        let expected = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
        ]
        #expect((0..<10).map { codes.code(at: Int64($0)) } == expected)
    }

    @Test func `takes the code of one step either side, and no other`() {
        let codes = OneTimeCodes(bytes: Array("12345678901234567890".utf8))
        let now: Int64 = 1_700_000_010
        let step = OneTimeCodes.step(at: now)
        for offset in Int64(-3)...3 {
            let expected = abs(offset) <= 1 ? step + offset : nil
            #expect(codes.step(of: codes.code(at: step + offset), at: now) == expected)
        }
        #expect(codes.step(of: "", at: now) == nil)
        #expect(codes.step(of: codes.code(at: step) + "0", at: now) == nil)
        #expect(codes.step(of: codes.code(at: 0), at: 0) == 0)
        #expect(codes.step(of: "000000", at: .min) == nil)
    }

    /// RFC 4648 section 10.
    @Test func `spells base32, and reads one spelling alone`() {
        let vectors = ["": "", "f": "MY", "fo": "MZXQ", "foo": "MZXW6", "foob": "MZXW6YQ", "fooba": "MZXW6YTB"]
        for (plain, text) in vectors {
            #expect(Base32.text(of: Array(plain.utf8)) == text)
            #expect(Base32.bytes(of: text) == Array(plain.utf8))
        }
        for wrong in ["MZ", "M", "my", "MY======", "MZXW1"] { #expect(Base32.bytes(of: wrong) == nil) }
    }

    @Test func `writes an address that apps read, and prints no secret`() throws {
        let codes = try #require(OneTimeCodes("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"))
        let address = codes.address(issuer: "Latchkey support.example", account: "dana&secret=x@acme")
        #expect(
            address == "otpauth://totp/Latchkey%20support.example:dana%26secret%3Dx%40acme"
                + "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Latchkey%20support.example&algorithm=SHA1"
                + "&digits=6&period=30"
        )
        #expect(!"\(codes)".contains("GEZD") && !String(reflecting: codes).contains("GEZD"))
    }

    @Test func `reads a recovery code as people type it`() throws {
        var generator = SystemRandomNumberGenerator()
        let code = RecoveryCode(using: &generator)
        #expect(RecoveryCode(code.text) == code)
        #expect(RecoveryCode(" " + code.text.lowercased().replacing("-", with: " ")) == code)
        #expect(RecoveryCode(String(code.text.dropLast())) == nil)
        #expect(RecoveryCode("") == nil)
        #expect(code.digest(for: User.ID(1)) != code.digest(for: User.ID(2)))
        #expect(!"\(code)".contains(code.text))
    }
}
