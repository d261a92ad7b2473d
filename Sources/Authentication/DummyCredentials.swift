internal import Accounts
internal import LoginKey

/// What is looked up and checked where there is nothing to check, so that every refusal costs the same.
struct DummyCredentials: Sendable {
    let partnerID: PartnerID
    let partnerUserID: PartnerUserID
    let apiKey: APIKey
    let loginKey: LoginKey
    let passwordHash: PasswordHash

    var accountReference: AccountReference { .partner(partnerID, partnerUserID) }

    init(using generator: inout some RandomNumberGenerator) throws {
        self.partnerID = try PartnerID(parsing: "0")
        self.partnerUserID = try PartnerUserID(parsing: "nobody")
        self.apiKey = APIKey.generate(using: &generator)
        self.loginKey = try LoginKeyIssuer(partnerID: partnerID, apiKey: apiKey, lifetime: 1)
            .issue(for: partnerUserID, at: 1_000_000_000)
        self.passwordHash = PasswordHash.ofNoPassword(using: &generator)
    }
}
