package import Accounts
internal import LoginKey

/// The claims that let a visitor's page come back to its session after a reload or a lost connection.
package struct VisitClaims: TokenClaims {
    package static let audience = "latchkey-visit"
    /// How long a visitor may come back, in seconds.
    package static let lifetime: Int64 = 4 * 3600

    package let aud: String
    /// The group.
    package let groupId: String
    /// The session's id.
    package let session: String
    /// The session's key.
    package let sessionKey: String
    /// Names the visitor within the session.
    package let participant: String
    /// What the agent reads.
    package let name: String
    package let exp: Int64

    /// Makes claims for as long as such a token lives.
    package init(session: SessionRecord, participant: String, name: String, issuedAt: Int64) {
        self.aud = Self.audience
        self.groupId = session.partnerID.text
        self.session = session.id
        self.sessionKey = session.key.text
        self.participant = participant
        self.name = name
        self.exp = issuedAt + Self.lifetime
    }
}
