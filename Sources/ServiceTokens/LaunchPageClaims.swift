package import Accounts
package import LoginKey

/// The claims that let the page that opened a protocol URL learn what became of it, and connect the client that came.
package struct LaunchPageClaims: SignInClaims {
    package static let audience = "latchkey-launch-page"
    /// How long a page may ask, in seconds.
    package static let lifetime: Int64 = 3600

    package let aud: String
    /// The user's number.
    package let sub: Int64
    /// The id of the launch's ticket.
    package let launch: String
    /// The group.
    package let groupId: String
    package let keyId: Int64
    /// The session's key; empty for a mere sign-in.
    package let key: String
    package let exp: Int64
    /// The click, as a correlation id.
    package let cid: String

    /// Makes claims for as long as such a token lives.
    package init(
        launch: CorrelationID,
        userID: User.ID,
        partnerID: PartnerID,
        root: SignInRoot?,
        sessionKey: SessionKey?,
        correlationID: CorrelationID,
        issuedAt: Int64
    ) {
        self.aud = Self.audience
        self.sub = userID.number
        self.launch = launch.text
        self.groupId = partnerID.text
        self.keyId = root?.number ?? 0
        self.key = sessionKey?.text ?? ""
        self.exp = issuedAt + Self.lifetime
        self.cid = correlationID.text
    }
}
