package import Accounts
package import LoginKey

/// The claims of a launch ticket: one sign-in of one agent by one of the agent's own clients, within a minute.
///
/// It stands in a protocol URL in place of a LoginKey and is of no use without the client's private key
/// (`docs/threats.md#stolen-scheme`). The names are short because the URL has to be.
package struct LaunchTicketClaims: SignInClaims {
    package static let audience = "latchkey-launch"
    /// How long a ticket is good for, in seconds.
    package static let lifetime: Int64 = 60

    package let aud: String
    /// Names it, so that it can be used once.
    package let jti: String
    /// The user's number.
    package let sub: Int64
    /// The group.
    package let groupId: String
    package let keyId: Int64
    package let exp: Int64
    /// The click, as a correlation id.
    package let cid: String

    /// Makes claims for as long as such a token lives.
    package init(
        id: CorrelationID,
        userID: User.ID,
        partnerID: PartnerID,
        root: SignInRoot?,
        correlationID: CorrelationID,
        issuedAt: Int64
    ) {
        self.aud = Self.audience
        self.jti = id.text
        self.sub = userID.number
        self.groupId = partnerID.text
        self.keyId = root?.number ?? 0
        self.exp = issuedAt + Self.lifetime
        self.cid = correlationID.text
    }
}
