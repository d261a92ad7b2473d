import TestSupport
import Testing

@testable import WireCodec

/// `docs/protocol.md#basics`: bodies without any percent-encoding, beside encoded ones.
@Suite struct RawFormTests {
    private static let key = "$1$1795364878$DVMsE0uFtTjc6mSmgHW28V71P_ZpH7LaFaWAq8wePQY"

    private func read(_ body: String) throws -> FieldSet {
        var fields = FieldSet()
        try fields.add(form: Array(body.utf8))
        return fields
    }

    @Test(arguments: [
        ("joe+1@x.example", "joe+1@x.example"),
        ("joe smith", "joe smith"),
        ("a=b", "a=b"),
        ("josé", "josé"),
        ("joe%2B1%40x.example", "joe+1@x.example"),
        ("100%25", "100%"),
        ("joe%26x", "joe&x"),
        ("~`!#*();:/?,", "~`!#*();:/?,"),
    ])
    func `a raw key makes the body raw`(_ written: String, _ meant: String) throws {
        for body in [
            "partnerid=12345&partneruserid=\(written)&loginkey=\(Self.key)&ssnkey=1234",
            "loginkey=\(Self.key)&ssnkey=1234&partneruserid=\(written)&partnerid=12345",
        ] {
            let fields = try read(body)
            #expect(fields["partneruserid"] == meant)
            #expect(fields["loginkey"] == Self.key)
            #expect(fields["ssnkey"] == "1234")
        }
        #expect(try read("partneruserid=\(written)~\(Self.key)")["partneruserid"] == "\(meant)~\(Self.key)")
    }

    @Test func `an encoded key makes it a form`() throws {
        let fields = try read("partneruserid=joe+smith%2B1&loginkey=\(PercentEncoding.encode(Self.key))")
        #expect(fields["partneruserid"] == "joe smith+1")
        #expect(fields["loginkey"] == Self.key)
    }

    @Test(arguments: [
        ("partneruserid=a&b&loginkey=\(key)", FieldError.malformed),
        ("partneruserid=a&&b&loginkey=\(key)", .malformed),
        ("partneruserid=a&ssnkey&loginkey=\(key)", .malformed),
        ("partneruserid=joe&partneruserid=admin&loginkey=\(key)", .duplicate),
        ("partneruserid=joe&PartnerUserId=admin&loginkey=\(key)", .duplicate),
        ("partneruserid=joe&partneruserid%3Dadmin&loginkey=\(key)", .malformed),
        ("partneruserid=50%off&loginkey=\(key)", .malformed),
        ("partneruserid=%&loginkey=\(key)", .malformed),
        ("partneruserid=a%00b&loginkey=\(key)", .malformed),
        ("partneruserid=a%FFb&loginkey=\(key)", .malformed),
    ])
    func `a raw ampersand smuggles nothing in`(_ body: String, _ error: FieldError) {
        #expect(throws: error) { try read(body) }
    }

    /// What an encoder writes is read as it was meant, whatever it is; with a raw key beside it too, unless the encoder
    /// writes blanks as `+`.
    @Test func `reads back what encoders write`() throws {
        var generator = SeededGenerator(seed: 11)
        let alphabet = Array("ab $+&=%@~#é\u{1F511}1")
        for _ in 0..<2000 {
            let text = String(
                (0..<Int.random(in: 0...12, using: &generator))
                    .compactMap { _ in
                        alphabet.randomElement(using: &generator)
                    }
            )
            let encoded = PercentEncoding.encode(text)
            let fields = try read("a=\(encoded)&b=\(encoded.replacing("%20", with: "+"))")
            #expect(fields["a"].map { Array($0.utf8) } == Array(text.utf8))
            #expect(fields["b"].map { Array($0.utf8) } == Array(text.utf8))
            #expect(try read("a=\(encoded)&loginkey=\(Self.key)")["a"] == text)
        }
    }
}
