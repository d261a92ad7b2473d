package import Accounts
package import LoginKey

/// The claims of a panel token: the user for whom a panel was rendered.
///
/// The panel page hands it back at the click.
package struct PanelClaims: SignInClaims {
    package static let audience = "latchkey-panel"
    /// How long a panel may stay open, in seconds.
    package static let lifetime: Int64 = 12 * 3600

    package let aud: String
    /// Who vouches for the user.
    package let voucher: PanelVoucher
    /// The group.
    package let groupId: String
    /// The user's PartnerUserId.
    package let puid: String
    package let keyId: Int64
    /// The id of the record beside which the panel is; empty for none.
    package let record: String
    package let exp: Int64

    /// Makes claims for as long as such a token lives.
    ///
    /// - Parameters:
    ///   - voucher: Who vouches for the user.
    ///   - partnerID: The group.
    ///   - partnerUserID: The user.
    ///   - root: What the sign-in depends on; `nil` if neither an API key nor a password.
    ///   - record: The record's id; empty for none.
    ///   - signInEnds: When the sign-in ends that the panel was opened with, in Unix seconds; `nil` if it has no end yet.
    ///   - issuedAt: Unix time in seconds.
    package init(
        voucher: PanelVoucher,
        partnerID: PartnerID,
        partnerUserID: PartnerUserID,
        root: SignInRoot? = nil,
        record: String,
        signInEnds: Int64? = nil,
        issuedAt: Int64
    ) {
        self.aud = Self.audience
        self.voucher = voucher
        self.groupId = partnerID.text
        self.puid = partnerUserID.text
        self.keyId = root?.number ?? 0
        self.record = record
        self.exp = min(issuedAt + Self.lifetime, signInEnds ?? .max)
    }
}

/// Who vouches for the user of a panel; it has to be connected still at each click.
package enum PanelVoucher: Codable, Hashable, Sendable {
    /// A Salesforce organisation, by its id.
    case organization(String)
    /// A connected provider, by the `iss` and `aud` of its tokens.
    case provider(issuer: String, audience: String)
    /// A sign-in on one of our own pages.
    case signIn

    /// What it vouched with, for the audit.
    package var kind: String {
        switch self {
        case .organization: "canvas request"
        case .provider: "OpenID token"
        case .signIn: "sign-in"
        }
    }
}
