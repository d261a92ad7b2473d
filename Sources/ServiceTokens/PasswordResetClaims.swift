package import Accounts
internal import Crypto
internal import LoginKey

/// The claims of a link that sets a new password: once, within half an hour, in place of the password that there was.
///
/// It stands in a mail. Whoever can read the user's mail can use it; with a new password, or another e-mail address of the
/// user, all links end that were sent before.
package struct PasswordResetClaims: TokenClaims {
    package static let audience = "latchkey-reset"
    /// How long a link is good for, in seconds.
    package static let lifetime: Int64 = 1800

    package let aud: String
    /// Names it, so that it can be used once.
    package let jti: String
    /// The user's number.
    package let sub: Int64
    /// The group.
    package let groupId: String
    /// The password that it is to replace, as ``Accounts/PasswordMark/number``.
    package let mark: Int64
    /// What follows from the e-mail address that it is sent to, in base64url.
    package let addressMark: String
    package let exp: Int64
    /// The request for it, as a correlation id.
    package let cid: String

    /// Makes claims for as long as such a token lives.
    package init(
        id: CorrelationID,
        of user: User,
        replacing mark: PasswordMark,
        correlationID: CorrelationID,
        issuedAt: Int64
    ) {
        self.aud = Self.audience
        self.jti = id.text
        self.sub = user.id.number
        self.groupId = user.partnerID.text
        self.mark = mark.number
        self.addressMark = Self.mark(of: user.email)
        self.exp = issuedAt + Self.lifetime
        self.cid = correlationID.text
    }

    /// Whether a user has the password still that it is to replace, and the address that it was sent to.
    package func replaces(passwordOf user: User) -> Bool {
        user.passwordHash.map { PasswordMark($0).number } == mark && Self.mark(of: user.email) == addressMark
    }

    private static func mark(of address: String) -> String {
        let digest = Array(SHA256.hash(data: Array(address.utf8)).prefix(16))
        return Base64URL.text(of: digest.span)
    }
}
