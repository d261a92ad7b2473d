package import Accounts

// Links that set a new password: how many somebody may ask for, and be sent.

extension SignInService {
    /// Whether a source may ask for a link still; it is one less then.
    package func mayAskForLink(_ source: String, at milliseconds: Int64) -> Bool {
        linkRequests.take(source, at: milliseconds)
    }

    /// Whether a user may be sent a link still, whoever asks for it; it is one less then.
    package func mayBeSentLink(_ user: User, at milliseconds: Int64) -> Bool {
        links.take("\(user.partnerID)/\(user.id)", at: milliseconds)
    }
}
