package import Accounts

/// A link that sets a new password, only for the user's mail.
package struct PasswordResetLink: Sendable {
    /// What the link must bring: a secret.
    package let token: String
    /// Whom it is for.
    package let user: User
    /// The user's group.
    package let group: Group
}

/// The result of a request for a link.
package enum PasswordResetOffer: Sendable {
    /// The user gets a link.
    case link(PasswordResetLink)
    /// Nobody does.
    case refused(RefusalReason)
}

/// The result of opening a link.
package enum PasswordResetOutcome: Sendable {
    /// The user has the new password.
    case changed(User, Group)
    /// The link is not valid, or no longer.
    case refused(RefusalReason)
}
