/// Names a user within a group: any text of 1 to 255 Unicode scalars, in its decoded form.
///
/// Two ids are equal when their UTF-8 bytes are equal. Swift's own `String` comparison would also call the composed
/// and the decomposed form of `é` equal; a signature does not, so neither does this type.
/// Not checked here: whether the text is in normal form or holds control characters; provisioning is stricter.
///
/// Source: `docs/protocol.md#loginkey`.
public struct PartnerUserID: Sendable, CustomStringConvertible {
    /// The most Unicode scalars an id may have.
    public static let maximumLength = 255

    /// The id in its decoded form.
    public let text: String

    /// Reads a PartnerUserId.
    ///
    /// - Parameter text: The decoded id, 1 to 255 Unicode scalars other than NUL.
    /// - Throws: ``LoginKeyError/Code/malformedPartnerUserID``.
    public init(parsing text: String) throws(LoginKeyError) {
        guard !text.isEmpty, !text.utf8.contains(0), text.utf8.count <= 4 * Self.maximumLength,
            text.unicodeScalars.count <= Self.maximumLength
        else {
            throw LoginKeyError(
                code: .malformedPartnerUserID,
                message: "a PartnerUserId is 1 to 255 characters, none of them NUL"
            )
        }
        self.text = text
    }

    /// The id.
    ///
    /// It comes from outside: quote it where it is shown.
    public var description: String { text }
}

extension PartnerUserID: Hashable {
    /// Compares the UTF-8 bytes.
    public static func == (left: Self, right: Self) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    /// Hashes the UTF-8 bytes.
    public func hash(into hasher: inout Hasher) {
        for byte in text.utf8 {
            hasher.combine(byte)
        }
        hasher.combine(UInt8(0xFF))
    }
}
