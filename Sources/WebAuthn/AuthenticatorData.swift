/// What an authenticator says about itself and about what it has done.
///
/// Source: Web Authentication section 6.1.
struct AuthenticatorData: Sendable {
    /// The bits of the flags.
    private enum Flag {
        static let userPresent: UInt8 = 0x01
        static let userVerified: UInt8 = 0x04
        static let mayBeBackedUp: UInt8 = 0x08
        static let isBackedUp: UInt8 = 0x10
        static let hasCredential: UInt8 = 0x40
        static let hasExtensions: UInt8 = 0x80
    }

    /// A new credential.
    struct Credential: Sendable {
        let id: [UInt8]
        let publicKey: CredentialPublicKey
    }

    private static let headLength = 37
    private static let credentialHeadLength = 18

    /// SHA-256 of the host that the credential is for; 32 bytes.
    let relyingPartyHash: [UInt8]
    /// Whether somebody has touched it.
    let isUserPresent: Bool
    /// Whether it has asked who it is.
    let isUserVerified: Bool
    /// How often the credential was used; 0 for one that does not count.
    let counter: UInt32
    /// The credential, where it is a new one.
    let credential: Credential?

    /// Reads it; extensions are read and left alone.
    ///
    /// - Throws: ``WebAuthnError/malformedAuthenticatorData``, and as ``CredentialPublicKey/init(parsing:)``.
    init(parsing bytes: [UInt8]) throws(WebAuthnError) {
        guard bytes.count >= Self.headLength else { throw .malformedAuthenticatorData }
        let flags = bytes[32]
        guard flags & Flag.isBackedUp == 0 || flags & Flag.mayBeBackedUp != 0 else {
            throw .malformedAuthenticatorData
        }
        relyingPartyHash = Array(bytes[..<32])
        isUserPresent = flags & Flag.userPresent != 0
        isUserVerified = flags & Flag.userVerified != 0
        counter = bytes[33..<37].reduce(0) { $0 << 8 | UInt32($1) }
        var position = Self.headLength
        credential =
            flags & Flag.hasCredential == 0 ? nil : try Self.credential(bytes, at: &position)
        if flags & Flag.hasExtensions != 0 { try Self.skipExtensions(bytes, at: &position) }
        guard position == bytes.count else { throw .malformedAuthenticatorData }
    }

    private static func credential(
        _ bytes: [UInt8],
        at position: inout Int
    ) throws(WebAuthnError) -> Credential {
        let start = position + credentialHeadLength
        guard bytes.count >= start else { throw .malformedAuthenticatorData }
        let length = Int(bytes[start - 2]) << 8 | Int(bytes[start - 1])
        guard (1...CredentialID.maximumLength).contains(length), bytes.count - start >= length else {
            throw .malformedAuthenticatorData
        }
        let id = Array(bytes[start..<start + length])
        var reader = try CBORReader(bytes, at: start + length)
        guard case .map(let map) = try reader.value() else { throw .malformedPublicKey }
        position = reader.position
        return Credential(
            id: id,
            publicKey: try CredentialPublicKey(map, bytes: Array(bytes[(start + length)..<position]))
        )
    }

    private static func skipExtensions(_ bytes: [UInt8], at position: inout Int) throws(WebAuthnError) {
        var reader = try CBORReader(bytes, at: position)
        guard case .map = try reader.value() else { throw .malformedAuthenticatorData }
        position = reader.position
    }
}

/// Limits of the names that authenticators give to credentials.
package enum CredentialID {
    /// The most bytes (Web Authentication section 7.1, step 25).
    package static let maximumLength = 1023
}
