package import Accounts

/// Claims that go back to a sign-in, and are worth nothing once the API key behind it is revoked,
/// or the password is another (`docs/threats.md#rotation`).
package protocol SignInClaims: TokenClaims {
    /// What the sign-in goes back to, as ``Accounts/SignInRoot/number``; 0 if neither an API key nor a password.
    var keyId: Int64 { get }
}

extension SignInClaims {
    /// What the sign-in depends on; `nil` if neither an API key nor a password.
    package var root: SignInRoot? { SignInRoot(number: keyId) }
}
