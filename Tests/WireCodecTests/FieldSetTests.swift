import Foundation
import TestSupport
import Testing

@testable import WireCodec

@Suite struct FieldSetTests {
    @Test func `matches names without regard to case, and takes each once`() throws {
        var fields = FieldSet()
        try fields.add(query: "PartnerId=1&PARTNERUSERID=joe")
        #expect(fields["partnerid"] == "1")
        #expect(fields["partneruserid"] == "joe")
        #expect(throws: FieldError.duplicate) { try fields.add(query: "partnerid=1") }
        #expect(throws: FieldError.duplicate) { try fields.add(form: Array("PARTNERID=2".utf8)) }
        #expect(throws: FieldError.duplicate) { try fields.add(json: Array(#"{"partnerID":"1"}"#.utf8)) }
    }

    @Test func `takes plus as itself in a query and as a blank in a form`() throws {
        var query = FieldSet()
        try query.add(query: "u=joe+test@x.example&k=$1$2")
        #expect(query["u"] == "joe+test@x.example")
        #expect(query["k"] == "$1$2")
        var form = FieldSet()
        try form.add(form: Array("u=joe+test%2Bx".utf8))
        #expect(form["u"] == "joe test+x")
    }

    @Test(arguments: ["a=%", "a=%4", "a=%zz", "a=%ff", "%C3=1", "a%20b=1", "=1%", "a=%C3%28", "a=b%00"])
    func `refuses broken escapes and names`(_ query: String) {
        var fields = FieldSet()
        #expect(throws: FieldError.malformed) { try fields.add(query: query) }
    }

    @Test func `bounds the number of parameters`() {
        var fields = FieldSet()
        let query = (0...FieldSet.maximumCount).map { "p\($0)=1" }.joined(separator: "&")
        #expect(throws: FieldError.tooMany) { try fields.add(query: query) }
    }

    @Test(.enabled(if: SharedVectors.has("blns/blns.json"), "no shared vectors beside the checkout"))
    func `naughty strings arrive as they were sent`() throws {
        for text in try JSONDecoder().decode([String].self, from: SharedVectors.data("blns/blns.json")) {
            var fields = FieldSet()
            try fields.add(query: "a=\(PercentEncoding.encode(text))")
            try fields.add(form: Array("b=\(PercentEncoding.encode(text))".utf8))
            try fields.add(json: Array(JSONEncoder().encode(["c": text])))
            var writer = JSONWriter()
            writer.object { $0.member("d", text) }
            try fields.add(json: writer.bytes)
            for name in ["a", "b", "c", "d"] {
                #expect(fields[name].map { Array($0.utf8) } == Array(text.utf8))
            }
        }
    }

    @Test func `keeps numbers as they are spelled and drops nulls`() throws {
        var fields = FieldSet()
        try fields.add(json: Array(#"{"partnerid":12345,"a":null,"b":true,"c":0}"#.utf8))
        #expect(fields["partnerid"] == "12345")
        #expect(fields["a"] == nil)
        #expect(fields["b"] == "true")
        #expect(fields["c"] == "0")
    }

    @Test(arguments: [
        "", "{", "}", "[]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{\"a\":01}", "{\"a\":1.5}", "{\"a\":-1}",
        "{\"a\":1e3}",
        "{\"a\":{}}", "{\"a\":[1]}", "{\"a\":\"\\x\"}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\\ud800\\u0041\"}",
        "{\"a\":1}{",
        "{\"a\":\"\n\"}", "{a:1}", "{'a':1}", "{\"a\":tru}", "{\"a\":12345678901234567890}", "\u{FEFF}{}", "{\"a\":\"",
    ])
    func `refuses what is no flat JSON object`(_ json: String) {
        var fields = FieldSet()
        #expect(throws: FieldError.self) { try fields.add(json: Array(json.utf8)) }
    }

    @Test func `a null does not hide a second value`() {
        for json in [#"{"a":null,"A":"x"}"#, #"{"a":"x","A":null}"#, #"{"a":null,"a":null}"#] {
            var fields = FieldSet()
            #expect(throws: FieldError.duplicate) { try fields.add(json: Array(json.utf8)) }
        }
    }
}

/// Who has made a query, and what a `+` in it stands for.
@Suite struct QueryEncodingTests {
    @Test(arguments: [
        ("u=dana+smith&k=%241%241900000000%24x", "dana smith"), ("k=%241%241&u=dana+smith", "dana smith"),
        ("u=dana+smith&k=$1$1900000000$x", "dana+smith"), ("u=dana+smith&k=$1%24", "dana+smith"),
        ("u=dana+smith", "dana+smith"), ("u=dana%2Bsmith&k=%241", "dana+smith"),
        ("u=dana%20smith&k=%241", "dana smith"),
    ])
    func `takes plus for a blank where a form encoder has made the query`(_ query: String, _ meant: String) throws {
        var fields = FieldSet()
        try fields.add(query: query)
        #expect(fields["u"] == meant)
    }

    @Test(arguments: [
        ("Bearer x", "x"), ("Bearer   x", "x"), ("bEARER  x", "x"), ("Bearer", nil), ("Bearerx", nil), ("Basic x", nil),
        ("", nil),
    ])
    func `takes several blanks behind Bearer`(_ header: String, _ token: String?) {
        #expect(BearerToken.token(in: header) == token)
    }
}
