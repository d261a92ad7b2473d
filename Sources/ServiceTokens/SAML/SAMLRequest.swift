package import Accounts
internal import CryptoExtras
internal import FoundationEssentials
internal import WireCodec

/// The address to which a browser is sent to sign in with SAML: a signed request (SAML bindings section 3.4).
package enum SAMLRequest {
    /// The `SigAlg`: RSA with SHA-256 (RFC 6931 section 2.3.2).
    private static let algorithm = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"

    /// The id of the request that begins a visit, which the answer has to name.
    package static func id(of visit: ProviderVisit) -> String { "_" + visit.nonce }

    /// Makes the address.
    ///
    /// - Parameters:
    ///   - visit: The visit that it begins; its state is the `RelayState`.
    ///   - provider: Where it leads.
    ///   - ownAddress: Where the provider sends the browser back to.
    ///   - now: Unix time in seconds.
    /// - Returns: The address; `nil` for a provider that nobody signs in with, or whose key cannot be used.
    package static func url(
        for visit: ProviderVisit,
        to provider: IdentityProvider,
        ownAddress: String,
        at now: Int64
    ) -> String? {
        guard let signIn = provider.signIn, let secret = signIn.secret, secret.place == .signature,
            let key = try? _RSA.Signing.PrivateKey(pemRepresentation: secret.text)
        else { return nil }
        let document = xml(id(of: visit), signIn.authorizationEndpoint, provider.audience, ownAddress, now)
        let message = Data(deflated(Array(document.utf8))).base64EncodedString()
        let query = [("SAMLRequest", message), ("RelayState", visit.state), ("SigAlg", algorithm)]
            .map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
        guard let signature = try? key.signature(for: Data(query.utf8), padding: .insecurePKCS1v1_5) else { return nil }
        let encoded = PercentEncoding.encode(signature.rawRepresentation.base64EncodedString())
        let mark = signIn.authorizationEndpoint.contains("?") ? "&" : "?"
        return "\(signIn.authorizationEndpoint)\(mark)\(query)&Signature=\(encoded)"
    }

    private static func xml(
        _ id: String,
        _ destination: String,
        _ issuer: String,
        _ ownAddress: String,
        _ now: Int64
    ) -> String {
        """
        <samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" \
        xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="\(id)" Version="2.0" \
        IssueInstant="\(SAMLInstant.text(now))" Destination="\(XMLText.escaped(destination))" \
        AssertionConsumerServiceURL="\(XMLText.escaped(ownAddress))" \
        ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"><saml:Issuer>\(XMLText.escaped(issuer))\
        </saml:Issuer><samlp:NameIDPolicy AllowCreate="true"/></samlp:AuthnRequest>
        """
    }

    /// One block of RFC 1951 section 3.2.4, which is not compressed: a request is short.
    private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
        let length = UInt16(clamping: bytes.count)
        return [1] + [length, ~length].flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] } + bytes
    }
}
