package import ServiceTokens

/// What a browser brings back from an identity provider (OpenID Connect Core section 3.1.2.5).
package struct ProviderAnswer: Sendable {
    /// The visit that this browser has begun; `nil` if it has begun none with this state.
    package var visit: ProviderVisit?
    /// The `state`.
    package var state: String
    /// The `code`; empty if there is none.
    package var code: String
    /// The `error`; empty if there is none.
    package var error: String
    /// The `iss` (RFC 9207); `nil` if there is none.
    package var issuer: String?
    /// Which of our addresses it came to: the last part of its path.
    package var callbackName: String
    /// That address.
    package var redirectURI: String

    /// Puts together what has come.
    package init(
        visit: ProviderVisit?,
        state: String,
        code: String,
        error: String,
        issuer: String?,
        callbackName: String,
        redirectURI: String
    ) {
        self.visit = visit
        self.state = state
        self.code = code
        self.error = error
        self.issuer = issuer
        self.callbackName = callbackName
        self.redirectURI = redirectURI
    }
}
