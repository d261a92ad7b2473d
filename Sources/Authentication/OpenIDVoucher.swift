package import Accounts
internal import Crypto
package import LoginKey
internal import ServiceTokens

/// The result of checking a provider's token.
package enum OpenIDCheck: Sendable {
    /// It is valid.
    case vouched(OpenIDVoucher)
    /// It is not. The reason is for the audit and the administrator, never for the caller.
    case refused(RefusalReason)
}

/// A user for whom a connected provider vouches with a token.
package struct OpenIDVoucher: Sendable {
    /// Whose token it is.
    package let provider: IdentityProvider
    /// The user whom it names.
    let user: NamedUser
    /// The user's PartnerUserId; for an unknown user, the one that the provider names, if any.
    package let partnerUserID: PartnerUserID?
    /// The token, to be used up; it is the same as another with the same `jti` of this issuer and audience, or, without
    /// one, with the same header and payload.
    ///
    /// The signature is not part of that: from an ECDSA signature, anybody can make a second valid one.
    package let spent: SpentCredential

    init(
        _ claims: OpenIDClaims,
        of token: String,
        by provider: IdentityProvider,
        for user: NamedUser,
        _ partnerUserID: PartnerUserID?
    ) {
        self.provider = provider
        self.user = user
        self.partnerUserID = partnerUserID ?? user.partnerUserID
        let signed = token.split(separator: ".").dropLast().joined(separator: ".")
        let name = claims.texts["jti"].map { ["jti", provider.issuer, provider.audience, $0] } ?? ["token", signed]
        self.spent = SpentCredential(
            identity: Array(SHA256.hash(data: Array(name.joined(separator: "\n").utf8))),
            window: 0,
            forgetAt: claims.expires + 3600
        )
    }
}
