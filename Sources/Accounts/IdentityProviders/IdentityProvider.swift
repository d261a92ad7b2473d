public import LoginKey

/// An OpenID Connect provider that vouches for a group's users at the integrator's key endpoint.
///
/// Issuer and audience together name one group: no two groups have the same pair.
public struct IdentityProvider: Hashable, Sendable {
    /// The group.
    public var partnerID: PartnerID
    /// The `iss` of its tokens, exactly: a URL of at most 255 characters.
    public var issuer: String
    /// The `aud` that its tokens have to be made for: the client id, at most 255 characters.
    public var audience: String
    /// The claim that holds the PartnerUserId, such as `sub`, `email` or a claim of the group's own.
    public var userClaim: String
    /// The provider's public keys as a JSON Web Key Set (RFC 7517), at most 64 KiB.
    ///
    /// They are provided and never fetched: the server calls nobody.
    public var keySet: String

    /// Makes a record.
    public init(partnerID: PartnerID, issuer: String, audience: String, userClaim: String, keySet: String) {
        self.partnerID = partnerID
        self.issuer = issuer
        self.audience = audience
        self.userClaim = userClaim
        self.keySet = keySet
    }

    /// The most bytes a key set may have.
    public static let maximumKeySetByteCount = 64 * 1024
}
