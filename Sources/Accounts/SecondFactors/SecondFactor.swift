/// What a user presents in addition to the password: codes from an app, or a recovery code; or one of their security
/// keys (``SecurityKey``).
package struct SecondFactor: Hashable, Sendable {
    /// Tells a factor from the one that the user had before.
    package typealias ID = RecordID<SecondFactor>

    /// The factor's id.
    package var id: ID
    /// Whose it is.
    package var userID: User.ID
    /// The secret of the app; kept encrypted, and unknown to everybody where there is no app.
    package var codes: OneTimeCodes
    /// Whether the user has an app: one who began with a security key has none.
    package var hasApp: Bool
    /// The digests of all recovery codes, used ones too; 32 bytes each.
    package var recoveryDigests: [[UInt8]]
    /// When it was set up, in Unix seconds.
    package var createdAt: Int64

    /// Makes a record.
    package init(
        id: ID,
        userID: User.ID,
        codes: OneTimeCodes,
        hasApp: Bool = true,
        recoveryDigests: [[UInt8]],
        createdAt: Int64
    ) {
        self.id = id
        self.userID = userID
        self.codes = codes
        self.hasApp = hasApp
        self.recoveryDigests = recoveryDigests
        self.createdAt = createdAt
    }

    /// What a recovery code uses up; never forgotten, so that the code only ever works once.
    package static func spending(recoveryDigest: [UInt8]) -> SpentCredential {
        SpentCredential(identity: recoveryDigest, window: 0, forgetAt: 253_402_300_800)
    }
}

/// Who in a group must have a second factor, or a security key as that factor.
package enum SecondFactorPolicy: String, Hashable, Sendable, CaseIterable {
    /// Only those who have set one up.
    case optional
    /// The group's administrators too.
    case administrators
    /// Everybody.
    case everybody

    /// Whether a user must have one.
    package func binds(_ user: User) -> Bool {
        switch self {
        case .optional: false
        case .administrators: user.isAdministrator
        case .everybody: true
        }
    }
}

extension RecordID<SecondFactor> {
    /// Makes a random id.
    package init(using generator: inout some RandomNumberGenerator) {
        self.init(Int64.random(in: 1...Int64.max, using: &generator))
    }
}
