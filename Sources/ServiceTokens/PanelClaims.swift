package import LoginKey

/// The claims of a panel token: the CRM user for whom a panel was rendered.
///
/// The panel page hands it back at the click.
package struct PanelClaims: TokenClaims {
    package static let audience = "latchkey-panel"
    /// How long a panel may stay open, in seconds.
    package static let lifetime: Int64 = 12 * 3600

    package let aud: String
    /// The Salesforce organisation's id.
    package let organization: String
    /// The group.
    package let groupId: String
    /// The CRM user's PartnerUserId.
    package let puid: String
    /// The id of the record beside which the panel is; empty for none.
    package let record: String
    package let exp: Int64

    /// Makes claims for as long as such a token lives.
    package init(
        organization: String,
        partnerID: PartnerID,
        partnerUserID: PartnerUserID,
        record: String,
        issuedAt: Int64
    ) {
        self.aud = Self.audience
        self.organization = organization
        self.groupId = partnerID.text
        self.puid = partnerUserID.text
        self.record = record
        self.exp = issuedAt + Self.lifetime
    }
}
