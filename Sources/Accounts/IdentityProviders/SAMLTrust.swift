/// What a SAML provider is known by, and what of ours it knows.
package struct SAMLTrust: Codable, Hashable, Sendable {
    /// The provider's signing certificates as PEM, one behind the other; their keys alone are trusted.
    package var certificates: String
    /// The certificate of the key with which requests to it are signed, as PEM.
    package var ownCertificate: String
    /// Whether the provider may begin: send somebody who has not asked to sign in here.
    package var allowsUnsolicited: Bool

    /// Makes a record.
    package init(certificates: String, ownCertificate: String, allowsUnsolicited: Bool = false) {
        self.certificates = certificates
        self.ownCertificate = ownCertificate
        self.allowsUnsolicited = allowsUnsolicited
    }

    /// The most bytes that certificates may have.
    package static let maximumByteCount = 16 * 1024
}
