/// How a SAML provider is recognized, and what it knows of ours.
package struct SAMLTrust: Codable, Hashable, Sendable {
    /// The provider's signing certificates as PEM, one after the other; only their keys are trusted.
    package var certificates: String
    /// The certificate of the key that signs requests to it, as PEM.
    package var ownCertificate: String
    /// Whether the provider may begin: send users who have not asked to sign in here.
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
