package import Accounts

/// What a user name and a password lead to, where more can be asked for.
package enum PasswordOutcome: Sendable {
    /// Nothing more is needed, or nothing more helps.
    case decided(Decision)
    /// The password is right; only the second factor is missing.
    case awaits(NextStep, User)

    /// What is asked for next.
    package enum NextStep: Equatable, Sendable {
        /// A code of the second factor, or one of the security keys.
        case code(SecondFactor.ID)
        /// To set up an app.
        case enrolment
        /// To add a security key.
        case securityKey
    }
}
