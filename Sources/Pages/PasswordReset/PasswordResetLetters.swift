internal import Accounts
internal import Authentication
internal import Mail
internal import WireCodec
internal import WireProtocol

/// What users are told by mail about their passwords.
struct PasswordResetLetters: Sendable {
    /// The URL that people use, without a slash at its end.
    let publicURL: ServerURL

    /// The letter with a link.
    func letter(_ link: PasswordResetLink, to address: MailAddress, _ correlationID: CorrelationID) -> Outbox.Letter {
        Outbox.Letter(
            to: address,
            subject: "Set a new password",
            text: """
                Hello \(link.user.displayName),

                someone, probably you, has asked to set a new password for the user name \(link.user.username) of \
                \(link.group.name) at \(publicURL).

                Use this link. It works once, within 30 minutes:

                \(publicURL)\(Path.passwordReset)?\(ParameterName.token)=\(link.token)

                If it was not you, you do not have to do anything: your password stays as it is.

                For your administrator: \(correlationID)
                """
        )
    }

    /// The letter that says that the password was changed.
    func notice(_ user: User, _ group: Group, to address: MailAddress, _ attempt: Attempt) -> Outbox.Letter {
        let moment = UTCTime(seconds: attempt.seconds).text.prefix(16).replacing("T", with: " ")
        return Outbox.Letter(
            to: address,
            subject: "Your password was changed",
            text: """
                Hello \(user.displayName),

                the password of the user name \(user.username) of \(group.name) at \(publicURL) was changed by a link that \
                was sent to this address, on \(moment) UTC. Everyone who was signed in with the old one has been signed out.

                If it was not you, tell your administrator at once: \(attempt.correlationID)
                """
        )
    }
}
