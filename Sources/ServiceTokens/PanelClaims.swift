package import LoginKey

/// The claims of a panel token: the CRM user for whom a panel was rendered.
///
/// The panel page hands it back at the click.
package struct PanelClaims: TokenClaims {
    package static let audience = "latchkey-panel"
    /// How long a panel may stay open, in seconds.
    package static let lifetime: Int64 = 12 * 3600

    package let aud: String
    package let organization: String
    package let groupId: String
    package let puid: String
    package let record: String
    package let exp: Int64

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
