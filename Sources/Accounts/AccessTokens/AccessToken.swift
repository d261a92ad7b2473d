internal import Crypto

/// What the store remembers of an access token: a long-lived secret by which a program acts as one administrator, such
/// as an identity provider that provisions users.
///
/// The token itself is shown once and kept as a digest: it has 256 random bits, so that a plain hash cannot be guessed.
public struct AccessToken: Hashable, Sendable {
    /// Names a token within the installation.
    public struct ID: Hashable, Sendable, CustomStringConvertible {
        /// A positive number.
        public let number: Int64

        /// Makes an id.
        public init(_ number: Int64) {
            self.number = number
        }

        /// The number.
        public var description: String { "\(number)" }
    }

    /// The token's id; given by the store.
    public var id: ID
    /// Whose rights it has.
    public var userID: User.ID
    /// The SHA-256 of its text.
    public var digest: [UInt8]
    /// What it is for, up to 70 characters.
    public var label: String
    /// When it was made, in Unix seconds.
    public var createdAt: Int64
    /// When it ends, in Unix seconds; `nil` for never.
    public var endsAt: Int64?

    /// Makes a record.
    public init(
        id: ID = ID(0),
        userID: User.ID,
        digest: [UInt8],
        label: String,
        createdAt: Int64,
        endsAt: Int64? = nil
    ) {
        self.id = id
        self.userID = userID
        self.digest = digest
        self.label = label
        self.createdAt = createdAt
        self.endsAt = endsAt
    }

    /// What every token's text begins with.
    public static let prefix = "lkat_"

    /// Makes the text of a new token: the prefix and 64 random hexadecimal digits.
    public static func generate(using random: RandomSource) -> String {
        prefix + random.correlationID().text + random.correlationID().text
    }

    /// The digest by which a token's text is found.
    public static func digest(of text: String) -> [UInt8] {
        Array(SHA256.hash(data: Array(text.utf8)))
    }
}
