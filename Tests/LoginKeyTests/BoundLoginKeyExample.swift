import TestSupport

@testable import LoginKey

/// A group, a user and the two kinds of keys, with a version 2 key that is good for a minute at `now`.
struct BoundExample {
    static let now: Int64 = 1_795_725_500
    static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    let partnerID: PartnerID
    let partnerUserID: PartnerUserID
    let audience: LoginKeyAudience
    let purpose: LoginKeyPurpose
    let signingKey: SigningKey
    let loginKey: BoundLoginKey

    init(_ algorithm: LoginKeyAlgorithm) throws {
        var generator = SeededGenerator(seed: 3)
        partnerID = try PartnerID(parsing: "12345")
        partnerUserID = try PartnerUserID(parsing: "005Fk000001aBcD")
        audience = try LoginKeyAudience(parsing: "support.example")
        purpose = try LoginKeyPurpose(.join, sessionKey: "26881636")
        switch algorithm {
        case .hs256: signingKey = .secret(APIKey.generate(using: &generator))
        case .ed25519: signingKey = .ed25519(try Ed25519PrivateKey.generate(using: &generator))
        }
        loginKey = try BoundLoginKeyIssuer(partnerID: partnerID, keyID: 17, key: signingKey, audience: audience)
            .issue(for: partnerUserID, purpose: purpose, at: Self.now, using: &generator)
    }

    /// What checking says, with other values in place of the right ones.
    func outcome(
        of loginKey: BoundLoginKey? = nil,
        for user: PartnerUserID? = nil,
        in group: PartnerID? = nil,
        with key: VerificationKey? = nil,
        at audiences: [LoginKeyAudience]? = nil,
        purpose: LoginKeyPurpose?,
        now: Int64 = now
    ) -> LoginKeyVerifier.Outcome {
        LoginKeyVerifier()
            .verify(
                loginKey ?? self.loginKey,
                for: user ?? partnerUserID,
                in: group ?? partnerID,
                with: key ?? signingKey.verificationKey,
                at: audiences ?? [audience],
                purpose: purpose,
                at: now
            )
    }
}
