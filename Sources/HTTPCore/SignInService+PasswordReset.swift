package import Accounts

// Links that set a new password: how many may be asked for, and sent.

extension SignInService {
    /// Whether a source may still ask for a link; it then has one fewer.
    package func mayAskForLink(_ source: String, at milliseconds: Int64) -> Bool {
        linkRequests.take(source, at: milliseconds)
    }

    /// Whether a user may still be sent a link, whoever asks for it; there is then one fewer.
    package func mayBeSentLink(_ user: User, at milliseconds: Int64) -> Bool {
        links.take("\(user.partnerID)/\(user.id)", at: milliseconds)
    }
}
