/// Names the server that a version 2 key is good at: the host of its public URL, with the port if that names one.
///
/// 1 to 255 bytes of `a-z 0-9 . - : [ ]`, compared byte by byte after capitals have become small letters.
///
/// Source: `docs/loginkey-2.md#audience`.
public struct LoginKeyAudience: Hashable, Sendable, CustomStringConvertible {
    /// `host` or `host:port`, in lower case.
    public let text: String

    /// Reads an audience.
    ///
    /// - Throws: ``LoginKeyError/Code/malformedAudience``.
    public init(parsing text: String) throws(LoginKeyError) {
        let text = text.utf8.allSatisfy { $0 < 0x80 } ? text.lowercased() : ""
        guard Self.isWellFormed(text.utf8.span) else { throw Self.malformed }
        self.text = text
    }

    /// The audience of a server.
    ///
    /// - Parameter publicURL: `https://host` or `https://host:port`, `http` alike; what comes behind does not count.
    /// - Throws: ``LoginKeyError/Code/malformedAudience``.
    public init(publicURL: String) throws(LoginKeyError) {
        let parts = publicURL.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].hasSuffix(":"), parts[1].isEmpty else { throw Self.malformed }
        try self.init(parsing: String(parts[2].prefix { !"/?#".contains($0) }))
    }

    static func isWellFormed(_ text: Span<UInt8>) -> Bool {
        (1...255).contains(text.count) && text.allSatisfy(allows)
    }

    static var malformed: LoginKeyError {
        LoginKeyError(
            code: .malformedAudience,
            message: "the audience is the host of the server's public URL, in lower case, with a port if that has one"
        )
    }

    private static func allows(_ byte: UInt8) -> Bool {
        ASCII.isDigit(byte) || byte &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]")
    }

    /// The text.
    public var description: String { text }
}
