package import Accounts

/// What we publish about ourselves for a provider (SAML metadata section 2.4.4).
package enum SAMLMetadata {
    /// Writes the document.
    ///
    /// - Parameters:
    ///   - provider: For whom: each has an entity id and a key of ours to itself.
    ///   - ownAddress: Where it sends browsers back to.
    /// - Returns: XML; `nil` for a provider that does not sign in by SAML.
    package static func document(for provider: IdentityProvider, ownAddress: String) -> String? {
        guard let saml = provider.saml else { return nil }
        let certificate = saml.ownCertificate.split(separator: "\n").filter { !$0.hasPrefix("-") }.joined()
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" \
            entityID="\(XMLText.escaped(provider.audience))">
              <md:SPSSODescriptor AuthnRequestsSigned="true" WantAssertionsSigned="true" \
            protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
                <md:KeyDescriptor use="signing">
                  <ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>\
            \(certificate)</ds:X509Certificate></ds:X509Data></ds:KeyInfo>
                </md:KeyDescriptor>
                <md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" \
            Location="\(XMLText.escaped(ownAddress))" index="0" isDefault="true"/>
              </md:SPSSODescriptor>
            </md:EntityDescriptor>

            """
    }
}
