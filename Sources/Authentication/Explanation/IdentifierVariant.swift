internal import Accounts
internal import LoginKey
internal import WireCodec

/// A PartnerUserId as programs change it by mistake.
struct IdentifierVariant {
    /// What was done to it, as the end of "the PartnerUserId was signed …".
    let phrase: String
    /// What it became.
    let bytes: [UInt8]
    /// What to do, unless that is to leave it alone.
    var repair: String?

    /// What may be done to an id; none of them is the id itself.
    static func all(of text: String) -> [Self] {
        let variants = [
            spellings(of: text), characterSets(of: text), percentEncodings(of: text), escapings(of: text),
            wrappings(of: text),
        ]
        return variants.flatMap(\.self).filter { !$0.bytes.elementsEqual(text.utf8) && !$0.bytes.isEmpty }
    }

    /// How one id became another; `nil` if no usual mistake makes one of the other.
    ///
    /// - Parameters:
    ///   - sent: The id that was presented.
    ///   - right: The id that a user has.
    /// - Returns: The end of "it was sent …".
    static func difference(of sent: String, from right: String) -> String? {
        if let phrase = all(of: right).first(where: { $0.bytes.elementsEqual(sent.utf8) })?.phrase { return phrase }
        if let phrase = all(of: sent).first(where: { $0.bytes.elementsEqual(right.utf8) })?.phrase {
            return "otherwise: it should be \(phrase)"
        }
        return folded(sent) == folded(right) ? "in another spelling: case, blanks, accents or escapes differ" : nil
    }

    private init(_ phrase: String, _ text: String, repair: String? = nil) {
        self.init(phrase, Array(text.utf8), repair: repair)
    }

    private init(_ phrase: String, _ bytes: [UInt8], repair: String? = nil) {
        self.phrase = phrase
        self.bytes = bytes
        self.repair = repair
    }

    private static func spellings(of text: String) -> [Self] {
        let other = (try? PartnerUserID(parsing: text))?.otherSalesforceSpelling?.text ?? text
        return [
            Self("in Unicode form C, not in Unicode form D", Provisioning.normalFormC(text)),
            Self("in Unicode form D, not in Unicode form C", Provisioning.normalFormD(text)),
            Self("in lower case", text.lowercased()),
            Self("in upper case", text.uppercased()),
            Self("in another case", text.prefix(1).uppercased() + text.dropFirst().lowercased()),
            Self("in the \(other.utf8.count) characters of a Salesforce id, not its \(text.utf8.count)", other),
            Self("without the blanks at its ends", text.trimmed),
            Self(
                "with a blank for each +",
                replace(text, ["+": " "]),
                repair: "where $ stands raw, a + is a +: send blanks as %20"
            ),
            Self(
                "with a + for each blank",
                replace(text, [" ": "+"]),
                repair: "percent-encode a blank as %20, and a + as %2B"
            ),
        ]
    }

    private static func characterSets(of text: String) -> [Self] {
        let escapes = text.utf16.map { $0 < 0x80 ? String(UnicodeScalar(UInt8($0))) : "\\u" + hexadecimal($0, 4) }
        return [
            Self("as mojibake (UTF-8 read as Latin-1)", CharacterSets.mojibake(text, CharacterSets.latin1)),
            Self("as mojibake (UTF-8 read as Windows-1252)", CharacterSets.mojibake(text, CharacterSets.windows1252)),
            Self("in Latin-1", CharacterSets.latin1Bytes(text) ?? [], repair: "encode it as UTF-8"),
            Self("with ? for characters outside ASCII", questionMarks(text), repair: "encode it as UTF-8"),
            Self("without its characters outside ASCII", String(text.filter(\.isASCII))),
            Self("with \\u escapes for characters outside ASCII", escapes.joined()),
        ]
    }

    private static func percentEncodings(of text: String) -> [Self] {
        let encoded = PercentEncoding.encode(text)
        let forms = [
            ("in percent-encoded form", encoded),
            ("in percent-encoded form, blanks as +", encoded.replacing("%20", with: "+")),
            ("in percent-encoded form, with small letters", smallEscapes(encoded)),
            ("in percent-encoded form, as encodeURIComponent does it", encodedURIComponent(encoded)),
            ("in the form of encodeURI", encodedURI(encoded)),
        ]
        return forms.map { phrase, form in Self(phrase, form, repair: "sign it decoded") }
    }

    private static func escapings(of text: String) -> [Self] {
        let decoded = (try? PercentEncoding.decode(Array(text.utf8)[...], plusIsSpace: true)) ?? text
        let entities = ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#39;"] as [Character: String]
        return [
            Self(
                "percent-decoded once more",
                decoded,
                repair: "encode it once when it is sent, and sign what was there before"
            ),
            Self("with HTML entities", replace(text, entities), repair: "sign it before it is escaped for HTML"),
            Self("with backslashes in front of quotes", replace(text, ["\"": "\\\"", "'": "\\'", "\\": "\\\\"])),
        ]
    }

    private static func wrappings(of text: String) -> [Self] {
        [
            Self("in quotes", "\"\(text)\""),
            Self("in single quotes", "'\(text)'"),
            Self("with a blank after it", text + " "),
            Self("with a blank in front of it", " " + text),
            Self("with a line break after it", text + "\n"),
            Self("with a line break (CRLF) after it", text + "\r\n"),
            Self("with a tab after it", text + "\t"),
            Self("with a byte order mark in front of it", "\u{FEFF}" + text),
        ]
    }
}

// MARK: Texts

extension IdentifierVariant {
    private static func folded(_ text: String) -> String {
        let decoded = (try? PercentEncoding.decode(Array(text.utf8)[...], plusIsSpace: true)) ?? text
        return Provisioning.normalFormD(decoded.trimmed.lowercased()).filter(\.isASCII)
    }

    private static func replace(_ text: String, _ replacements: [Character: String]) -> String {
        text.map { replacements[$0] ?? String($0) }.joined()
    }

    private static func questionMarks(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.isASCII ? $0 : "?" }))
    }

    private static func hexadecimal(_ number: UInt16, _ digits: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: digits - text.count) + text
    }

    private static func smallEscapes(_ text: String) -> String {
        var rest = 0
        return String(
            text.map { character in
                rest = character == "%" ? 3 : rest
                rest -= 1
                return rest >= 0 ? Character(character.lowercased()) : character
            }
        )
    }

    private static func encodedURIComponent(_ text: String) -> String {
        unescape(text, "!'()*")
    }

    private static func encodedURI(_ text: String) -> String {
        unescape(text, "!'()*;,/?:@&=+$#")
    }

    private static func unescape(_ text: String, _ characters: String) -> String {
        characters.utf8.reduce(text) { text, byte in
            text.replacing(
                "%" + String(byte, radix: 16, uppercase: true),
                with: String(UnicodeScalar(byte))
            )
        }
    }
}
