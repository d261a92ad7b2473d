import Foundation
import FoundationXML
import Testing
import WireCodec

@Suite struct XMLWriterTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func `writes elements, attributes and nothing else`() {
        let bytes = XMLWriter.document("a", attributes: [("x", "1"), ("y:z", "2")]) { xml in
            xml.element("b", "text")
            xml.element("c") { _ in }
            xml.element(named: "d" + "e", attributes: [("f", "")]) { $0.element("g", "") }
        }
        #expect(
            text(bytes) == """
                <?xml version="1.0" encoding="utf-8"?><a x="1" y:z="2"><b>text</b><c></c><de f=""><g></g></de></a>
                """
        )
    }

    @Test(arguments: [
        ("<>&\"'", "&lt;&gt;&amp;\"'"), ("]]>", "]]&gt;"), ("a\tb\nc\rd", "a\tb\nc&#13;d"),
        ("\u{0}\u{8}\u{B}\u{1F}", "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"), ("\u{FFFE}\u{FFFF}", "\u{FFFD}\u{FFFD}"),
        ("\u{7F}\u{85}\u{D7FF}\u{E000}\u{FFFD}\u{10FFFF}", "\u{7F}\u{85}\u{D7FF}\u{E000}\u{FFFD}\u{10FFFF}"),
        ("é\u{1F511}", "é\u{1F511}"),
    ])
    func `escapes text`(_ meant: String, _ written: String) {
        let bytes = XMLWriter.document("a") { $0.element("b", meant) }
        #expect(text(bytes).hasSuffix("<a><b>\(written)</b></a>"))
    }

    @Test func `escapes attributes so that readers change no blank`() {
        let bytes = XMLWriter.document("a", attributes: [("b", "<\"'&>\t\n\r ")]) { _ in }
        #expect(text(bytes).hasSuffix("<a b=\"&lt;&quot;'&amp;&gt;&#9;&#10;&#13; \"></a>"))
    }

    @Test func `a parser reads back every character that XML can hold`() {
        for first in stride(from: UInt32(0), through: 0x10_C000, by: 0x4000) {
            let part = (first..<first + 0x4000).compactMap { Unicode.Scalar($0) }
            let allowed = part.filter { $0.value >= 0x20 && $0.value != 0xFFFE && $0.value != 0xFFFF }
            let text = String(String.UnicodeScalarView(allowed)) + "\t\n\r"
            let reader = Reader()
            let parser = XMLParser(
                data: Data(XMLWriter.document("a", attributes: [("b", text)]) { $0.element("c", text) })
            )
            parser.delegate = reader
            #expect(parser.parse() && parser.parserError == nil)
            #expect(Array(reader.text.utf8) == Array(text.utf8))
            #expect(reader.attribute.map { Array($0.utf8) } == Array(text.utf8))
        }
    }
}

private final class Reader: NSObject, XMLParserDelegate {
    var text = ""
    var attribute: String?

    func parser(
        _ parser: XMLParser,
        didStartElement elementName: String,
        namespaceURI: String?,
        qualifiedName: String?,
        attributes: [String: String]
    ) {
        attribute = attribute ?? attributes["b"]
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        text += string
    }
}
