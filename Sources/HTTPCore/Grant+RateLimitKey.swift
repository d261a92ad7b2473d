internal import Accounts
package import Authentication
internal import LoginKey

extension Grant {
    /// The agent's bucket in ``SignInService/guesses``.
    package var rateLimitKey: String { "\(group.partnerID)/\(user.id)" }
}
