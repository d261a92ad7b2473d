package import Accounts
internal import WireCodec

/// The address to which a browser is sent to sign in (OpenID Connect Core section 3.1.2.1).
package struct AuthorizationRequest {
    /// Makes the address.
    ///
    /// - Parameters:
    ///   - visit: The visit that it begins.
    ///   - provider: Where it leads.
    ///   - redirectURI: Where the provider sends the browser back to.
    ///   - loginHint: Who is expected; empty for nobody in particular.
    /// - Returns: The address; `nil` for a provider that nobody signs in with.
    package static func url(
        for visit: ProviderVisit,
        to provider: IdentityProvider,
        redirectURI: String,
        loginHint: String = ""
    ) -> String? {
        guard let signIn = provider.signIn else { return nil }
        var parameters = [
            ("response_type", "code"), ("client_id", provider.audience), ("redirect_uri", redirectURI),
            ("scope", signIn.scope), ("state", visit.state), ("nonce", visit.nonce),
            ("code_challenge", visit.challenge), ("code_challenge_method", "S256"),
        ]
        if !loginHint.isEmpty { parameters.append(("login_hint", loginHint)) }
        let query = parameters.map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
        return signIn.authorizationEndpoint + (signIn.authorizationEndpoint.contains("?") ? "&" : "?") + query
    }
}
