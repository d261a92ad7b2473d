package import Accounts

/// Claims that go back to a sign-in, and are worth nothing once the API key behind it is revoked
/// (`docs/threats.md#rotation`).
package protocol SignInClaims: TokenClaims {
    /// The API key that the sign-in goes back to; 0 if it was got in another way.
    var keyId: Int64 { get }
}

extension SignInClaims {
    /// The API key that the sign-in goes back to; `nil` if it was got in another way.
    package var apiKeyID: APIKeyRecord.ID? { keyId == 0 ? nil : APIKeyRecord.ID(keyId) }
}
