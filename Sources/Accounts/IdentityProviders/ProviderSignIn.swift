/// What a group's users need in order to sign in with a provider (OpenID Connect Core section 3.1, SAML profiles
/// section 4.1).
package struct ProviderSignIn: Hashable, Sendable {
    /// What the button calls it: 1 to 100 characters, unique in the group.
    package var name: String
    /// Where browsers are sent.
    package var authorizationEndpoint: String
    /// Where codes are redeemed; empty for SAML.
    package var tokenEndpoint: String
    /// What is asked for, with blanks between: `openid` among others; empty for SAML.
    package var scope: String
    /// The client's secret; `nil` for a public client.
    package var secret: ClientSecret?
    /// Whether the provider says that its answers name it (RFC 9207).
    package var namesItself: Bool

    /// Makes a record.
    package init(
        name: String,
        authorizationEndpoint: String,
        tokenEndpoint: String,
        scope: String = "openid",
        secret: ClientSecret? = nil,
        namesItself: Bool = false
    ) {
        self.name = name
        self.authorizationEndpoint = authorizationEndpoint
        self.tokenEndpoint = tokenEndpoint
        self.scope = scope
        self.secret = secret
        self.namesItself = namesItself
    }
}

/// What a client proves itself to a provider with; it prints as redacted.
package struct ClientSecret: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// Where the secret is in a request (RFC 6749 section 2.3.1).
    package enum Place: String, Hashable, Sendable {
        /// Nowhere: it is a private key as PEM, which signs requests.
        case signature
        /// In the header field `Authorization`.
        case basic
        /// In the form.
        case post
    }

    /// The secret itself.
    package var text: String
    /// Where it stands.
    package var place: Place

    /// Makes a secret.
    package init(_ text: String, in place: Place = .basic) {
        self.text = text
        self.place = place
    }

    /// Always the same text; never the secret.
    package var description: String { "ClientSecret(redacted)" }
    /// Shows no children.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
