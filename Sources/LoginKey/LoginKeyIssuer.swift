/// Makes LoginKeys for the users of one group.
///
/// Pure: the caller says what time it is.
public struct LoginKeyIssuer: Sendable {
    /// The group whose users can sign in with the keys.
    public let partnerID: PartnerID

    /// How long each key is good for, in seconds.
    public let lifetime: Int64

    private let apiKey: APIKey

    /// Makes an issuer.
    ///
    /// - Parameters:
    ///   - partnerID: The group.
    ///   - apiKey: One of the group's API keys.
    ///   - lifetime: 1 to 86,400 seconds. The default is the Salesforce package's.
    /// - Throws: ``LoginKeyError/Code/lifetimeOutOfRange``.
    public init(partnerID: PartnerID, apiKey: APIKey, lifetime: Int64 = 3600) throws(LoginKeyError) {
        guard (1...LoginKey.maximumLifetime).contains(lifetime) else {
            throw LoginKeyError(code: .lifetimeOutOfRange, message: "a LoginKey lives 1 to 86,400 seconds")
        }
        self.partnerID = partnerID
        self.apiKey = apiKey
        self.lifetime = lifetime
    }

    /// Makes a key that expires ``lifetime`` seconds after `now`.
    ///
    /// - Parameters:
    ///   - partnerUserID: The user who signs in.
    ///   - now: Unix time in seconds.
    /// - Returns: The key; its text is a credential.
    /// - Throws: ``LoginKeyError/Code/lifetimeOutOfRange`` when the expiry has no ten-digit spelling.
    public func issue(for partnerUserID: PartnerUserID, at now: Int64) throws(LoginKeyError) -> LoginKey {
        let (expires, overflow) = now.addingReportingOverflow(lifetime)
        guard !overflow, let digits = ExpiryDigits(seconds: expires) else {
            throw LoginKeyError(
                code: .lifetimeOutOfRange,
                message: "the expiry must lie between the years 2001 and 2286; is the time given in seconds?"
            )
        }
        let signature = Signature(
            partnerID: partnerID,
            partnerUserID: partnerUserID,
            expiryDigits: digits,
            apiKey: apiKey
        )
        return LoginKey(expires: expires, spelled: digits, signature: signature)
    }
}
