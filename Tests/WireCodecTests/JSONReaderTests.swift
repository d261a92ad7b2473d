import Foundation
import TestSupport
import Testing
import WireCodec

@Suite struct JSONReaderTests {
    @Test(arguments: [
        #"{}"#, #"[]"#, #"null"#, #"true"#, #"-1.5e+10"#, #""""#, #"{"a":{"b":[1,"x",null,false]},"c":""}"#,
        #"[0,-0,0.5,1E2]"#,
    ])
    func `prints what it has read`(_ json: String) throws {
        let value = try JSONReader.value(of: Array(json.utf8))
        #expect(String(decoding: value.bytes, as: UTF8.self) == json)
    }

    @Test func `reads escapes and blanks`() throws {
        let json = " { \"a\" : \"\\u00e9\\ud83d\\ude00\\n\\/\\\"\\\\\" , \"b\" : [ ] } "
        let value = try JSONReader.value(of: Array(json.utf8))
        #expect(value == ["a": "é😀\n/\"\\", "b": []])
    }

    @Test(arguments: [
        "", "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "[1,]", "[1 2]", "01", "+1", "1.", ".5", "1e", "-", "tru",
        "nulll", "'a'", "\"a", "\"\\x\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\n\"", "{a:1}", "{}{}",
        "\u{FEFF}{}", "\"\\u00g0\"",
    ])
    func `refuses what is no JSON`(_ json: String) {
        #expect(throws: JSONError.malformed) { try JSONReader.value(of: Array(json.utf8)) }
    }

    @Test func `refuses bytes that are no UTF-8`() {
        #expect(throws: JSONError.malformed) { try JSONReader.value(of: [0x22, 0xC3, 0x28, 0x22]) }
    }

    @Test(arguments: [#"{"a":1,"a":1}"#, #"{"active":true,"ACTIVE":false}"#, #"[{"a":{"b":1,"B":null}}]"#])
    func `refuses a name that stands twice, whatever its case`(_ json: String) {
        #expect(throws: JSONError.duplicate) { try JSONReader.value(of: Array(json.utf8)) }
    }

    @Test func `bounds depth, members and numbers`() throws {
        let deep = String(repeating: "[", count: 5000)
        #expect(throws: JSONError.tooDeep) { try JSONReader.value(of: Array(deep.utf8)) }
        let wide = "{" + (0...JSONReader.maximumMemberCount).map { "\"a\($0)\":1" }.joined(separator: ",") + "}"
        #expect(throws: JSONError.tooManyMembers) { try JSONReader.value(of: Array(wide.utf8)) }
        let long = String(repeating: "1", count: JSONReader.maximumNumberLength + 1)
        #expect(throws: JSONError.malformed) { try JSONReader.value(of: Array(long.utf8)) }
        let level = JSONReader.maximumDepth
        let fitting = String(repeating: "[", count: level) + String(repeating: "]", count: level)
        #expect(throws: Never.self) { try JSONReader.value(of: Array(fitting.utf8)) }
    }

    @Test(.enabled(if: SharedVectors.has("blns/blns.json"), "no shared vectors beside the checkout"))
    func `naughty strings arrive as they were sent, and leave as JSON`() throws {
        for text in try JSONDecoder().decode([String].self, from: SharedVectors.data("blns/blns.json")) {
            let encoded = Array(try JSONEncoder().encode([text]))
            let value = try JSONReader.value(of: encoded)
            #expect(value.elements?.first?.text.map { Array($0.utf8) } == Array(text.utf8))
            let decoded = try JSONDecoder().decode([String].self, from: Data(value.bytes))
            #expect(decoded.first.map { Array($0.utf8) } == Array(text.utf8))
        }
    }
}
