internal import FoundationEssentials
internal import WireCodec

/// One mail of the server to one person, as it is sent (RFC 5322).
///
/// It says of itself that no person has written it (RFC 3834), so that nobody's absence is answered to it.
package struct MailMessage: Sendable {
    /// Who sends it.
    package let from: Mailbox
    /// Who gets it.
    package let to: MailAddress
    /// The bytes, with CRLF between lines, each at most 998 bytes of ASCII.
    let bytes: [UInt8]

    /// The most characters of a line that stands as it is.
    private static let maximumLine = 900

    /// Makes a mail.
    ///
    /// - Parameters:
    ///   - from: Who sends it.
    ///   - to: Who gets it.
    ///   - subject: Any text.
    ///   - text: Any text, with line breaks of any kind.
    ///   - id: What stands before the `@` of its `Message-ID`: letters and digits.
    ///   - seconds: When it was written, in Unix time.
    package init(from: Mailbox, to: MailAddress, subject: String, text: String, id: String, at seconds: Int64) {
        self.from = from
        self.to = to
        let lines = Self.lines(of: text)
        let isPlain = lines.allSatisfy { $0.count <= Self.maximumLine && $0.allSatisfy(Self.isPlain) }
        let date = String(decoding: UTCTime.httpDate(seconds), as: UTF8.self)
        let headers = [
            "Date: \(date.replacing("GMT", with: "+0000"))",
            "From: \(from.header)",
            "To: \(to.text)",
            "Subject: \(HeaderText.unstructured(subject))",
            "Message-ID: <\(id)@\(from.address.domain)>",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: \(isPlain ? "7bit" : "base64")",
            "",
        ]
        let body = isPlain ? lines : Self.base64(lines)
        self.bytes = (headers.map { Array($0.utf8) } + body).flatMap { $0 + Self.lineBreak }
    }

    private static let lineBreak: [UInt8] = [0x0D, 0x0A]

    private static func isPlain(_ byte: UInt8) -> Bool {
        MailCharacters.isPrintableASCII(byte) || byte == 0x09
    }

    private static func lines(of text: String) -> [[UInt8]] {
        text.split(omittingEmptySubsequences: false) { $0 == "\r\n" || $0 == "\n" || $0 == "\r" }.map { Array($0.utf8) }
    }

    /// Lines of at most 76 characters (RFC 2045 section 6.8).
    private static func base64(_ lines: [[UInt8]]) -> [[UInt8]] {
        let encoded = Array(Data(lines.flatMap { $0 + lineBreak }).base64EncodedString().utf8)
        return stride(from: 0, to: encoded.count, by: 76).map { Array(encoded[$0..<min($0 + 76, encoded.count)]) }
    }
}
