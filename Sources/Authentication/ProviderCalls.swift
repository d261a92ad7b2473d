package import Accounts

/// What is asked of identity providers over the network.
///
/// Calls are bounded in size and time, and follow no redirect.
package protocol ProviderCalls: Sendable {
    /// Redeems a code for an ID token (OpenID Connect Core section 3.1.3), which is not checked.
    func redeem(_ code: ProviderCode, at provider: IdentityProvider) async throws(ProviderCallError) -> String
    /// The provider's keys as they are published now, each with its algorithm.
    func keySet(of provider: IdentityProvider) async throws(ProviderCallError) -> String
}

/// A code that a provider has sent a browser back with, and what proves whose it is.
package struct ProviderCode: Sendable {
    /// The code.
    package let code: String
    /// The verifier of RFC 7636.
    package let verifier: String
    /// The address that the code was sent to.
    package let redirectURI: String

    /// Puts the three together.
    package init(code: String, verifier: String, redirectURI: String) {
        self.code = code
        self.verifier = verifier
        self.redirectURI = redirectURI
    }
}

/// Why a call failed; the text holds nothing from the request or the answer except codes.
package enum ProviderCallError: Error, CustomStringConvertible {
    /// The provider does not take the code, or this client.
    case refused(String)
    /// There was no answer, or none that can be read.
    case unavailable(String)

    /// What to tell an administrator.
    package var description: String {
        switch self {
        case .refused(let text), .unavailable(let text): text
        }
    }
}
