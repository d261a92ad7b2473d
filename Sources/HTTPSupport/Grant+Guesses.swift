internal import Accounts
package import Authentication
internal import LoginKey

extension Grant {
    /// The agent's bucket in ``SignInGate/guesses``.
    package var guesser: String { "\(group.partnerID)/\(user.id)" }
}
