package import Accounts

/// What a user name and a password have come to, where more can be asked for.
package enum PasswordOutcome: Sendable {
    /// Nothing more is needed, or nothing more helps.
    case decided(Decision)
    /// The password is right, and the user could sign in but for the second factor.
    case awaits(NextStep, User)

    /// What is asked for next.
    package enum NextStep: Equatable, Sendable {
        /// A code of the second factor, or one of the security keys.
        case code(SecondFactor.ID)
        /// To set an app up.
        case enrolment
        /// To add a security key.
        case securityKey
    }
}
