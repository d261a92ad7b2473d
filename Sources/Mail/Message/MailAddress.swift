/// An e-mail address that can be put into a command and a header as it is: `local@domain` in ASCII, without quotes.
///
/// Source: RFC 5321 section 4.1.2 (`Dot-string`, `Domain`). Quoted local parts, address literals and addresses outside ASCII
/// (RFC 6531) are none of these.
package struct MailAddress: Hashable, Sendable {
    /// The address.
    package let text: String
    /// What stands behind the `@`, in lower case.
    package let domain: String

    /// Reads an address; `nil` for any other text, so that nothing but an address gets into a command or a header.
    package init?(_ text: String) {
        guard text.utf8.count <= 254, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            let sign = text.lastIndex(of: "@")
        else { return nil }
        let (local, domain) = (text[..<sign], text[text.index(after: sign)...])
        guard Self.isLocal(local), MailDomain.isName(domain) else { return nil }
        self.text = text
        self.domain = domain.lowercased()
    }

    private static func isLocal(_ text: Substring) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.split(separator: ".", omittingEmptySubsequences: false)
                .allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(MailCharacters.isAtomText) }
    }
}

/// Names of mail domains and hosts.
enum MailDomain {
    /// Whether a text is letters, digits and hyphens between dots, up to 253 bytes (RFC 1123 section 2.1).
    static func isName(_ text: some StringProtocol) -> Bool {
        let name = String(text)
        return (1...253).contains(name.utf8.count)
            && name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isLabel($0) }
    }

    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
            && label.utf8.allSatisfy { MailCharacters.isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }
}

/// Characters by what they may stand in.
enum MailCharacters {
    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }

    /// Whether a byte may be in an atom (RFC 5322 section 3.2.3, `atext`).
    static func isAtomText(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
    }

    static func isPrintableASCII(_ byte: UInt8) -> Bool { (0x20...0x7E).contains(byte) }
}
