internal import FoundationEssentials

/// Texts in headers: ASCII as it is, everything else as encoded words (RFC 2047).
///
/// Line breaks and other control characters become blanks, so that a text can never begin a header of its own.
enum HeaderText {
    /// So many bytes of text are in one encoded word at most: with `=?utf-8?B?…?=` it has 64 characters, so that it fits behind
    /// `Subject: ` in a line of 76 (RFC 2047 section 2).
    private static let wordLength = 39
    /// A header line may have 78 characters (RFC 5322 section 2.1.1); names of headers need up to 20.
    private static let plainLength = 58

    /// An unstructured text, such as a subject.
    static func unstructured(_ text: String) -> String {
        let text = harmless(text)
        return isPlain(text) ? text : encoded(text)
    }

    /// A name before an address.
    static func phrase(_ text: String) -> String {
        let text = harmless(text)
        guard isPlain(text) else { return encoded(text) }
        let isAtoms = text.utf8.allSatisfy { MailCharacters.isAtomText($0) || $0 == UInt8(ascii: " ") }
        let escaped = text.map { "\"\\".contains($0) ? "\\\($0)" : String($0) }.joined()
        return isAtoms ? text : "\"\(escaped)\""
    }

    private static func harmless(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: result.append(" ")
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    private static func isPlain(_ text: String) -> Bool {
        text.utf8.count <= plainLength && text.utf8.allSatisfy(MailCharacters.isPrintableASCII) && !text.contains("=?")
    }

    /// Encoded words, one a line: none holds a part of a character.
    private static func encoded(_ text: String) -> String {
        var words: [[UInt8]] = [[]]
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if words[words.count - 1].count + bytes.count > wordLength { words.append([]) }
            words[words.count - 1] += bytes
        }
        return words.map { "=?utf-8?B?\(Data($0).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }
}
