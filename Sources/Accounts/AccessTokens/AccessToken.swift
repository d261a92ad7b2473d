internal import Crypto

/// What the store remembers of an access token: a long-lived secret with which a program, such as an identity provider
/// that provisions users, acts as one administrator.
///
/// The token itself is shown once and kept as a digest: it has 256 random bits, so a plain hash cannot be guessed.
package struct AccessToken: Hashable, Sendable {
    /// Names a token within the installation.
    package typealias ID = RecordID<AccessToken>

    /// The token's id; given by the store.
    package var id: ID
    /// Whose rights it has.
    package var userID: User.ID
    /// The SHA-256 of its text.
    package var digest: [UInt8]
    /// What it is for, up to 70 characters.
    package var label: String
    /// When it was made, in Unix seconds.
    package var createdAt: Int64
    /// When it ends, in Unix seconds; `nil` for never.
    package var endsAt: Int64?

    /// Makes a record.
    package init(
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
    package static let prefix = "lkat_"

    /// Makes the text of a new token: the prefix and 64 random hexadecimal digits.
    package static func generate(using random: RandomSource) -> String {
        prefix + random.correlationID().text + random.correlationID().text
    }

    /// The digest by which a token's text is found.
    package static func digest(of text: String) -> [UInt8] {
        Array(SHA256.hash(data: Array(text.utf8)))
    }
}
