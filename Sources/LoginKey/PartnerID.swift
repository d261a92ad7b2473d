/// Names a group: 1 to 10 ASCII digits (four to six in practice), compared as text, so `012345` is not `12345`.
///
/// Source: `docs/protocol.md#loginkey`.
public struct PartnerID: Hashable, Sendable, CustomStringConvertible {
    /// The digits as they were given.
    public let text: String

    /// Reads a PartnerId.
    ///
    /// - Parameter text: 1 to 10 ASCII digits, and nothing else.
    /// - Throws: ``LoginKeyError/Code/malformedPartnerID``.
    public init(parsing text: String) throws(LoginKeyError) {
        let bytes = text.utf8
        guard (1...10).contains(bytes.count), bytes.allSatisfy(ASCII.isDigit) else {
            throw LoginKeyError(code: .malformedPartnerID, message: "a PartnerId is 1 to 10 ASCII digits")
        }
        self.text = text
    }

    /// The digits.
    public var description: String { text }
}
