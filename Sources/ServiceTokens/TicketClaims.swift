package import Accounts
package import LoginKey

/// The claims of a view ticket: one opening of one page by one agent, within a minute.
///
/// It stands in the clean URL to which a request with credentials is redirected, so that pages work in frames whose
/// cookies are blocked. It is spent when the page is opened.
package struct TicketClaims: SignInClaims {
    package static let audience = "latchkey-view"
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
    /// Whether the ticket only carries a sign-in on to a clean address; by any other, somebody signs in.
    ///
    /// Tickets of earlier versions do not say.
    package let continuesSignIn: Bool?
    /// When the sign-in ends that the ticket was made from, in Unix seconds; 0 if it has no end yet.
    package let end: Int64

    /// Makes claims for as long as such a token lives.
    package init(
        id: CorrelationID,
        userID: User.ID,
        partnerID: PartnerID,
        root: SignInRoot?,
        correlationID: CorrelationID,
        signInEnds: Int64?,
        continuesSignIn: Bool = false,
        issuedAt: Int64
    ) {
        self.aud = Self.audience
        self.jti = id.text
        self.sub = userID.number
        self.groupId = partnerID.text
        self.keyId = root?.number ?? 0
        self.exp = issuedAt + Self.lifetime
        self.cid = correlationID.text
        self.continuesSignIn = continuesSignIn
        self.end = signInEnds ?? 0
    }
}
