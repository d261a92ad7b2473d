package import Accounts

/// A link that sets a new password, for the user's mail alone.
package struct PasswordResetLink: Sendable {
    /// What the link has to bring: a secret.
    package let token: String
    /// Whom it is for.
    package let user: User
    /// The user's group.
    package let group: Group
}

/// What has become of a request for a link.
package enum PasswordResetOffer: Sendable {
    /// The user gets a link.
    case link(PasswordResetLink)
    /// Nobody does.
    case refused(RefusalReason)
}

/// What has become of a link.
package enum PasswordResetOutcome: Sendable {
    /// The user has the new password.
    case changed(User, Group)
    /// The link is not good, or not any more.
    case refused(RefusalReason)
}
