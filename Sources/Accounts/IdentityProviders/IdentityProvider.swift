internal import Crypto
package import LoginKey

/// A provider that vouches for a group's users: by OpenID Connect at the integrator's key endpoint and at sign-in, or by
/// SAML at sign-in.
///
/// Issuer and audience together name one group: no two groups have the same pair.
package struct IdentityProvider: Hashable, Sendable {
    /// The group.
    package var partnerID: PartnerID
    /// The `iss` of its tokens, exactly, or its SAML entity id: at most 255 characters.
    package var issuer: String
    /// The `aud` that its tokens have to be made for: the client id, or our SAML entity id; at most 255 characters.
    package var audience: String
    /// The claim that names the user, such as `sub`, `email` or a claim of the group's own.
    package var userClaim: String
    /// Which of the user's fields that claim holds.
    package var userField: UserField
    /// The provider's public keys as a JSON Web Key Set (RFC 7517), at most 64 KiB.
    ///
    /// They are provided with the provider, and renewed from ``keySource`` if there is one.
    package var keySet: String
    /// Where the keys are published; `nil` where they are provided and never fetched.
    package var keySource: KeySource?
    /// How users sign in with it; `nil` where its tokens are accepted at the key endpoint only.
    package var signIn: ProviderSignIn?
    /// How a SAML provider is recognized; `nil` for OpenID Connect.
    package var saml: SAMLTrust?
    /// How users are made who sign in for the first time; `nil` where they must already exist.
    package var enrolment: UserEnrolment?

    /// Makes a record.
    package init(
        partnerID: PartnerID,
        issuer: String,
        audience: String,
        userClaim: String,
        userField: UserField = .partnerUserID,
        keySet: String,
        keySource: KeySource? = nil,
        signIn: ProviderSignIn? = nil
    ) {
        self.partnerID = partnerID
        self.issuer = issuer
        self.audience = audience
        self.userClaim = userClaim
        self.userField = userField
        self.keySet = keySet
        self.keySource = keySource
        self.signIn = signIn
    }

    /// The most bytes a key set may have.
    package static let maximumKeySetByteCount = 64 * 1024

    /// What a claim holds of a user.
    package enum UserField: String, Hashable, Sendable, CaseIterable {
        /// The PartnerUserId, byte by byte.
        case partnerUserID = "partner-user-id"
        /// The user name, without regard to case.
        case username
        /// The e-mail address, without regard to case; one user of the group alone may have it.
        case email
    }

    /// Where a provider publishes its keys.
    package struct KeySource: Hashable, Sendable {
        /// An `https:` URL, or an `http:` URL of this machine.
        package var url: String
        /// The algorithm of RSA keys that name none.
        package var algorithm: String
        /// The authorities, as PEM, that the provider's certificate must come from; empty for the system's.
        package var certificates: String

        /// Makes a source.
        package init(url: String, algorithm: String = "RS256", certificates: String = "") {
            self.url = url
            self.algorithm = algorithm
            self.certificates = certificates
        }
    }

    /// The last part of the address to which the provider sends its users back: 32 hexadecimal digits.
    ///
    /// Each issuer has its own, so that no answer of one is mistaken for another's (RFC 9700 section 4.4.2.2).
    package var callbackName: String { Self.callbackName(ofIssuer: issuer) }

    /// The same for an issuer.
    package static func callbackName(ofIssuer issuer: String) -> String {
        SHA256.hash(data: Array(issuer.utf8)).prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
