/// A security key or passkey of a user, presented with the password.
///
/// Source: Web Authentication (W3C), section 4, "public key credential source".
package struct SecurityKey: Hashable, Sendable {
    /// Names a security key within the installation.
    package typealias ID = RecordID<SecurityKey>

    /// How many a user may have.
    package static let maximumCount = 16
    /// The most characters of a name.
    package static let maximumNameLength = 49

    /// The key's id; given by the store.
    package var id: ID
    /// Whose it is.
    package var userID: User.ID
    /// What authenticators call it: 1 to 1,023 bytes, unique in the installation.
    package var credentialID: [UInt8]
    /// What it signs with (`COSE_Key`).
    package var publicKey: [UInt8]
    /// How it signs: the number of the algorithm, as it was registered.
    package var algorithm: Int64
    /// How often it was used, as it counts itself; 0 for one that does not count.
    package var counter: UInt32
    /// What its user calls it: 1 to 49 characters.
    package var name: String
    /// When it was added, in Unix seconds.
    package var createdAt: Int64
    /// When it was last used, in Unix seconds.
    package var lastUsedAt: Int64?

    /// Makes a record.
    package init(
        id: ID = ID(0),
        userID: User.ID,
        credentialID: [UInt8],
        publicKey: [UInt8],
        algorithm: Int64,
        counter: UInt32,
        name: String,
        createdAt: Int64,
        lastUsedAt: Int64? = nil
    ) {
        self.id = id
        self.userID = userID
        self.credentialID = credentialID
        self.publicKey = publicKey
        self.algorithm = algorithm
        self.counter = counter
        self.name = name
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
    }

    /// What a decision writes down about a use.
    package struct Use: Hashable, Sendable {
        /// The key.
        package var id: ID
        /// Whose it is.
        package var userID: User.ID
        /// How often it was used, this time included; 0 for one that does not count.
        package var counter: UInt32

        /// Describes a use.
        package init(id: ID, userID: User.ID, counter: UInt32) {
            self.id = id
            self.userID = userID
            self.counter = counter
        }
    }
}
