import Testing
import WireCodec

@testable import GlanceCompatibility

/// `docs/threats.md#xml`: what gets through is one operation with flat parameters, and nothing is expanded or fetched.
@Suite struct SOAPRequestTests {
    private static let soap = "http://schemas.xmlsoap.org/soap/envelope/"
    private static let ours = "http://www.glancenetworks.com/services"

    /// An envelope around an operation or whatever else.
    private static func envelope(_ body: String, header: String = "", soap: String = soap) -> String {
        "<s:Envelope xmlns:s=\"\(soap)\">\(header)<s:Body>\(body)</s:Body></s:Envelope>"
    }

    private static func operation(_ parameters: String) -> String {
        envelope("<AgentInSession xmlns=\"\(ours)\">\(parameters)</AgentInSession>")
    }

    private func read(_ text: String) throws(SOAPError) -> SOAPRequest {
        try SOAPRequest(parsing: Array(text.utf8))
    }

    @Test func `reads an operation with its parameters`() throws {
        let request = try read(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <!-- as toolkits write it -->
            <soapenv:Envelope xmlns:soapenv="\(Self.soap)" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                soapenv:encodingStyle="">
              <soapenv:Header><w:trace xmlns:w="urn:w" soapenv:mustUnderstand="0"><w:a>1</w:a></w:trace></soapenv:Header>
              <soapenv:Body>
                <q0:LookupPartnerSession2 xmlns:q0="\(Self.ours)">
                  <q0:PartnerID>12345</q0:PartnerID>
                  <partneruserid>a&amp;b &#x1F511;<![CDATA[<&]]> é</partneruserid>
                  <q0:loginkey>$1$</q0:loginkey>
                  <q0:ssnkey xsi:nil="true"/>
                </q0:LookupPartnerSession2>
              </soapenv:Body>
            </soapenv:Envelope>
            """
        )
        #expect(request.operation == "LookupPartnerSession2")
        #expect(request.fields.names == ["partnerid", "partneruserid", "loginkey", "ssnkey"])
        #expect(request.fields["partnerid"] == "12345")
        #expect(request.fields["partneruserid"] == "a&b \u{1F511}<& é")
        #expect(request.fields["loginkey"] == "$1$")
        #expect(request.fields["ssnkey"]?.isEmpty == true)
    }

    @Test func `takes a Content-Type whose character set is true of the body`() {
        let (plain, other) = (Array("a".utf8), Array("é".utf8))
        for name in ["utf-8", "UTF8", "\"utf-8\"", "us-ascii", "ascii"] {
            #expect(SOAPText.fits("text/xml; charset=\(name)", plain), "\(name)")
        }
        #expect(SOAPText.fits(nil, other) && SOAPText.fits("text/xml;charset=utf8", other))
        for name in ["us-ascii", "latin1", "utf-16"] {
            #expect(!SOAPText.fits("text/xml; charset=\(name)", other), "\(name)")
        }
    }

    @Test func `takes US-ASCII where it is true`() throws {
        let start = "<?xml version='1.0' encoding='us-ascii'?>"
        #expect(try read(start + Self.operation("<partnerid>1</partnerid>")).fields["partnerid"] == "1")
        let short = "<?xml version='1.0' encoding='utf8'?>"
        #expect(try read(short + Self.operation("<partnerid>é</partnerid>")).fields["partnerid"] == "é")
        #expect(throws: SOAPError.notUTF8) { try read(start + Self.operation("<partnerid>é</partnerid>")) }
    }

    @Test(arguments: [
        ("", true), ("http://schemas.xmlsoap.org/soap/actor/next", true), ("urn:proxy", false),
    ])
    func `refuses a header that must be understood by us alone`(_ actor: String, _ isOurs: Bool) throws {
        let header = "<s:Header><w:a xmlns:w=\"urn:w\" s:mustUnderstand=\"1\" s:actor=\"\(actor)\"/></s:Header>"
        let text = Self.envelope("<a xmlns=\"\(Self.ours)\"/>", header: header)
        if isOurs {
            #expect(throws: SOAPError.headerNotUnderstood) { try read(text) }
        } else {
            #expect(try read(text).operation == "a")
        }
    }

    @Test(arguments: ["", "\u{FEFF}", "<?xml version='1.0'?>", "\u{FEFF}<?xml version=\"1.0\" encoding = 'utf-8' ?>\n"])
    func `takes UTF-8 with and without a mark and a declaration`(_ start: String) throws {
        #expect(try read(start + Self.operation("<partnerid>1</partnerid>")).fields["partnerid"] == "1")
    }

    @Test(arguments: [
        "<!DOCTYPE x>", "<!DOCTYPE x SYSTEM \"http://127.0.0.1:1/x.dtd\">", "<!DOCTYPE x [<!ENTITY a \"b\">]>",
        "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>",
        "<!DOCTYPE x [<!ENTITY % a SYSTEM \"file:///x\"> %a;]>",
        "<!DOCTYPE l [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;\">]>", "<!doctype x>",
        "<!ENTITY a \"b\">", "<!ELEMENT a ANY>", "<!\n", "<?xml-stylesheet href=\"x\"?>", "<?php ?>",
    ])
    func `refuses declarations and instructions wherever they stand`(_ declaration: String) {
        let body = Self.operation("<partnerid>&a;&b;&c;</partnerid>")
        for text in [
            declaration + body, "<?xml version=\"1.0\"?>" + declaration + body,
            body.replacing("<s:Body>", with: declaration + "<s:Body>"),
        ] {
            #expect(throws: SOAPError.declaration) { try read(text) }
        }
        #expect(throws: (any Error).self) { try read(body + declaration) }
    }

    @Test(arguments: [
        "<?xml version=\"1.0\" encoding=\"utf-16\"?>", "<?xml version='1.0' encoding='UTF-7'?>",
        "<?xml version='1.0' encoding='ISO-8859-1'?>", "<?xml version='1.0' encoding='utf-8' encoding='utf-7'?>",
        "<?xml version='1.0' standalone=\"encoding='utf-8'\" encoding='utf-7'?>",
        "<?xml version='1.0' encoding=\"utf-8'?>\u{0}", "\u{0}",
    ])
    func `refuses every other encoding`(_ start: String) {
        #expect(throws: SOAPError.notUTF8) { try read(start + Self.operation("")) }
    }

    @Test func `refuses bytes that are not UTF-8`() {
        let text = Self.operation("<partnerid>1</partnerid>")
        let utf16: [UInt8] = text.utf16.flatMap { unit -> [UInt8] in [UInt8(unit >> 8), UInt8(unit & 0xFF)] }
        let bodies: [[UInt8]] = [
            utf16, [0xFE, 0xFF] + utf16, [0xFF, 0xFE] + utf16.dropFirst() + [0], Array(text.utf8) + [0xFF],
            Array("<a>".utf8) + [0xC0, 0xBC] + Array("</a>".utf8), [0x4C, 0x6F, 0xA7, 0x94, 0x93],
        ]
        for body in bodies {
            #expect(throws: SOAPError.notUTF8) { try SOAPRequest(parsing: body) }
        }
    }

    @Test func `refuses what is deep or long`() {
        let deep = String(repeating: "<a>", count: 5000)
        let header = "<s:Header>\(deep)\(deep.replacing("<", with: "</"))</s:Header>"
        #expect(throws: SOAPError.tooComplex) { try read(Self.envelope("", header: header)) }
        #expect(throws: SOAPError.nestedParameter) { try read(Self.operation("<partnerid>\(deep)")) }
        for (depth, error) in [(14, nil), (15, SOAPError.tooComplex)] {
            let nested = String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
            let header = "<s:Header>\(nested)</s:Header>"
            let text = Self.envelope("<a xmlns=\"\(Self.ours)\"/>", header: header)
            let result = Result { () throws(SOAPError) in _ = try read(text) }
            #expect(result.failure == error, "\(depth)")
        }
        let many = (0..<100).map { "<a\($0)>1</a\($0)>" }.joined()
        #expect(throws: SOAPError.tooComplex) { try read(Self.operation(many)) }
        let entries = "<s:Header>\(String(repeating: "<a/>", count: 5000))</s:Header>"
        #expect(throws: SOAPError.tooComplex) { try read(Self.envelope("", header: entries)) }
    }

    @Test func `takes each parameter once, whatever its case and namespace`() {
        for second in ["partneruserid", "PartnerUserID", "x:partneruserid"] {
            let parameters = "<partneruserid>joe</partneruserid><\(second) xmlns:x=\"urn:x\">admin</\(second)>"
            #expect(throws: SOAPError.unreadableParameter(.duplicate)) { try read(Self.operation(parameters)) }
        }
        #expect(throws: SOAPError.unreadableParameter(.malformed)) { try read(Self.operation("<é>1</é>")) }
    }

    @Test func `refuses other versions and namespaces`() {
        for soap in ["http://www.w3.org/2003/05/soap-envelope", "", "HTTP://schemas.xmlsoap.org/soap/envelope/"] {
            #expect(throws: SOAPError.wrongVersion) { try read(Self.envelope("", soap: soap)) }
        }
        for operation in ["<AgentInSession/>", "<AgentInSession xmlns=\"urn:other\"/>", ""] {
            #expect(throws: SOAPError.noOperation) { try read(Self.envelope(operation)) }
        }
        let twice = "<a xmlns=\"\(Self.ours)\"/>"
        #expect(throws: SOAPError.noOperation) { try read(Self.envelope(twice + twice)) }
    }

    @Test func `refuses a header that must be understood`() {
        for attribute in ["s:mustUnderstand=\"1\"", "mustUnderstand='true'"] {
            let header = "<s:Header><w:Security xmlns:w=\"urn:w\" \(attribute)/></s:Header>"
            let text = Self.envelope("<a xmlns=\"\(Self.ours)\"/>", header: header)
            #expect(throws: SOAPError.headerNotUnderstood) { try read(text) }
        }
    }

    @Test(arguments: [
        "", " ", "x", "{}", "partnerid=1", "<a>", "<a/>", "<Envelope/>x", "<s:Envelope xmlns:s=\"\(soap)\"/>",
        "<s:Envelope xmlns:s=\"\(soap)\"><s:Body/><s:Body/></s:Envelope>",
        "<s:Envelope xmlns:s=\"\(soap)\"><s:Body/><s:Header/></s:Envelope>",
        "<s:Envelope xmlns:s=\"\(soap)\"><s:Other/></s:Envelope>",
        "<s:Envelope xmlns:s=\"\(soap)\"><Body/></s:Envelope>",
        "<s:Envelope xmlns:s=\"\(soap)\">text<s:Body/></s:Envelope>",
        String(operation("<partnerid>1</partnerid>").dropLast()),
        String(operation("<partnerid>1</partnerid>").prefix(180)), operation("<partnerid>1</partnerid>") + "x",
        operation("<partnerid>1</partnerid>") + operation(""), operation("text"), operation("<partnerid>1</ssnkey>"),
        operation("<partnerid>&unknown;</partnerid>"), operation("<partnerid>&#0;</partnerid>"),
        operation("<partnerid>&#xD800;</partnerid>"), operation("<partnerid a='1' a='2'/>"),
        operation("<x:partnerid/>"), operation("<partnerid>\u{1}</partnerid>"), operation("<partnerid><"),
        operation("<partnerid>a & b</partnerid>"), operation("<![CDATA[<!--"), operation("<!-- a -- b -->"),
    ])
    func `refuses what is no envelope`(_ text: String) {
        #expect(throws: SOAPError.self) { try read(text) }
    }
}

extension Result {
    fileprivate var failure: Failure? {
        guard case .failure(let error) = self else { return nil }
        return error
    }
}
