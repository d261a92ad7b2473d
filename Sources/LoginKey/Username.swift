/// Names a user of the whole installation, and thereby the group (the vendor's "Glance address").
///
/// Letters, digits, `.`, `@` and the other characters that an unquoted local part of an e-mail address may have, 1 to
/// 255 bytes of ASCII; compared without regard to case, so it is kept in lower case.
///
/// Source: `docs/protocol.md#loginkey` and `docs/protocol.md#user-api`; RFC 5322 section 3.2.3 (`atext`).
public struct Username: Hashable, Sendable, CustomStringConvertible {
    /// The name in lower case.
    public let text: String

    /// Reads a user name.
    ///
    /// - Throws: ``LoginKeyError/Code/malformedUsername``.
    public init(parsing text: String) throws(LoginKeyError) {
        guard (1...255).contains(text.utf8.count), text.utf8.allSatisfy(Self.allows) else {
            throw LoginKeyError(
                code: .malformedUsername,
                message: "a user name is 1 to 255 letters, digits and .@!#$%&'*+-/=?^_`{|}~"
            )
        }
        self.text = text.lowercased()
    }

    /// The name.
    public var description: String { text }

    private static func allows(_ byte: UInt8) -> Bool {
        ASCII.isLetter(byte) || ASCII.isDigit(byte) || ".@!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
    }
}
