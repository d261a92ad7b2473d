internal import Accounts
internal import LoginKey

/// What is looked up and checked if there is nothing to check, so that every refusal costs the same.
struct DummyCredentials: Sendable {
    let partnerID: PartnerID
    let partnerUserID: PartnerUserID
    let apiKey: APIKey
    let publicKey: Ed25519PublicKey
    let loginKey: LoginKey
    let passwordHash: PasswordHash

    var accountReference: AccountReference { .partner(partnerID, partnerUserID) }

    /// Checks a LoginKey of version 2 that no key of the group can have made.
    func key(for algorithm: LoginKeyAlgorithm) -> VerificationKey {
        switch algorithm {
        case .hs256: .secret(apiKey)
        case .ed25519: .ed25519(publicKey)
        }
    }

    init(using generator: inout some RandomNumberGenerator) throws {
        self.partnerID = try PartnerID(parsing: "0")
        self.partnerUserID = try PartnerUserID(parsing: "nobody")
        self.apiKey = APIKey.generate(using: &generator)
        self.publicKey = try Ed25519PrivateKey.generate(using: &generator).publicKey
        self.loginKey = try LoginKeyIssuer(partnerID: partnerID, apiKey: apiKey, lifetime: 1)
            .issue(for: partnerUserID, at: 1_000_000_000)
        self.passwordHash = PasswordHash.ofNoPassword(using: &generator)
    }
}
