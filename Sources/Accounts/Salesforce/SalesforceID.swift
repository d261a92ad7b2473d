/// An id of Salesforce: a user's, an organisation's or a record's.
///
/// Salesforce shows it in 15 letters and digits, or in 18: then three follow that say which of the letters are capitals.
/// Both name one thing. A longer one is accepted only if its end is right.
package struct SalesforceID: Hashable, Sendable {
    /// The id in 18 characters.
    package let text: String

    /// Reads an id of either length; `nil` if it is not one.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 15 || bytes.count == 18, bytes.allSatisfy(Self.isLetterOrDigit) else { return nil }
        let long = bytes.prefix(15) + Self.ending(of: bytes.prefix(15))
        guard bytes.count == 15 || bytes[...] == long else { return nil }
        self.text = String(decoding: long, as: UTF8.self)
    }

    /// The one form of a text in which two spellings of an id are equal; a text that is not an id stays as it is.
    package static func canonical(_ text: String) -> String { Self(text)?.text ?? text }

    /// An id in its other length; `nil` if the text is not an id.
    package static func otherSpelling(of text: String) -> String? {
        guard let id = Self(text) else { return nil }
        return text.utf8.count == 15 ? id.text : String(id.text.prefix(15))
    }

    /// One character for each five: which of them are capitals, the first in the lowest bit.
    private static func ending(of short: ArraySlice<UInt8>) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345".utf8)
        return (0..<3)
            .map { part in
                let five = short.dropFirst(5 * part).prefix(5)
                let index = five.enumerated().reduce(0) { $0 | (isCapital($1.element) ? 1 << $1.offset : 0) }
                return alphabet[index]
            }
    }

    private static func isCapital(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "A") < 26 }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
    }
}
