/// What a SAML provider publishes about itself (SAML metadata section 2.4.3).
package struct ProviderMetadata: Decodable, Sendable {
    /// Its entity id; `nil` if the metadata has no such attribute.
    package let entityID: String?
    /// Where browsers are sent by a redirect; `nil` if it takes them in no such way.
    package let address: String?
    /// Its signing certificates, in Base64 with whatever blanks.
    package let certificates: [String]

    /// The certificates as PEM, one behind the other.
    package var pem: String {
        certificates.map { text in
            let digits = Array(text.utf8).filter { $0 > 0x20 }
            let lines = stride(from: 0, to: digits.count, by: 64)
                .map { String(decoding: digits[$0..<min($0 + 64, digits.count)], as: UTF8.self) }
            return "-----BEGIN CERTIFICATE-----\n\(lines.joined(separator: "\n"))\n-----END CERTIFICATE-----\n"
        }
        .joined()
    }
}

/// A key with which requests are signed, and its certificate, both as PEM.
package struct RequestKey: Decodable, Sendable {
    /// The private key.
    package let key: String
    /// The certificate.
    package let certificate: String
}
