/// Writes an XML 1.0 document in UTF-8 from front to back.
///
/// Names are given by the code and written as they are; text and attribute values are escaped. A character that XML 1.0
/// cannot hold in any spelling (section 2.2) becomes U+FFFD.
package struct XMLWriter: Sendable {
    /// What was written so far.
    package private(set) var bytes: [UInt8] = []

    /// Makes a writer with room for `capacity` bytes; it has written the XML declaration.
    package init(capacity: Int = 1024) {
        bytes.reserveCapacity(capacity)
        raw(#"<?xml version="1.0" encoding="utf-8"?>"#)
    }

    /// The bytes of a document with one root element.
    package static func document(
        _ name: StaticString,
        attributes: [(StaticString, String)] = [],
        _ body: (inout XMLWriter) -> Void
    ) -> [UInt8] {
        var writer = Self()
        writer.element(name, attributes: attributes, body)
        return writer.bytes
    }

    /// Writes an element that holds text.
    package mutating func element(_ name: StaticString, _ text: String) {
        element(name) { xml in
            xml.escape(text, inAttribute: false)
        }
    }

    /// Writes an element that holds what `body` writes.
    package mutating func element(
        _ name: StaticString,
        attributes: [(StaticString, String)] = [],
        _ body: (inout XMLWriter) -> Void
    ) {
        raw("<")
        raw(name)
        write(attributes)
        raw(">")
        body(&self)
        raw("</")
        raw(name)
        raw(">")
    }

    /// The same for a name that the code puts together; it is written as it is.
    package mutating func element(
        named name: String,
        attributes: [(StaticString, String)] = [],
        _ body: (inout XMLWriter) -> Void
    ) {
        raw("<")
        bytes.append(contentsOf: name.utf8)
        write(attributes)
        raw(">")
        body(&self)
        raw("</")
        bytes.append(contentsOf: name.utf8)
        raw(">")
    }

    private mutating func write(_ attributes: [(StaticString, String)]) {
        for (name, value) in attributes {
            raw(" ")
            raw(name)
            raw("=\"")
            escape(value, inAttribute: true)
            raw("\"")
        }
    }

    private mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { buffer in
            unsafe bytes.append(contentsOf: buffer)
        }
    }

    private mutating func escape(_ text: String, inAttribute: Bool) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": raw("&amp;")
            case "<": raw("&lt;")
            case ">": raw("&gt;")
            case "\"" where inAttribute: raw("&quot;")
            // A reader would make a line feed or a blank of these.
            case "\r": raw("&#13;")
            case "\n" where inAttribute: raw("&#10;")
            case "\t" where inAttribute: raw("&#9;")
            case let scalar where Self.isAllowed(scalar): bytes.append(contentsOf: scalar.utf8)
            default: raw("\u{FFFD}")
            }
        }
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\t", "\n", "\r", " "..."\u{D7FF}", "\u{E000}"..."\u{FFFD}", "\u{10000}"..."\u{10FFFF}": true
        default: false
        }
    }
}
