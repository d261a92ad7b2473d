package import LoginKey
package import ServiceTokens

/// What a browser brings back from a SAML provider (SAML bindings section 3.5).
package struct SAMLAnswer: Sendable {
    /// The visit that this browser has begun; `nil` if it has begun none with this state.
    package var visit: ProviderVisit?
    /// The group that the address it came to names.
    package var partnerID: PartnerID
    /// The provider that the address names: the last part of its path.
    package var callbackName: String
    /// That address.
    package var ownAddress: String
    /// The response as XML; empty if it is missing or not valid Base64.
    package var response: [UInt8]

    /// Puts together what has come.
    package init(
        visit: ProviderVisit?,
        partnerID: PartnerID,
        callbackName: String,
        ownAddress: String,
        response: [UInt8]
    ) {
        self.visit = visit
        self.partnerID = partnerID
        self.callbackName = callbackName
        self.ownAddress = ownAddress
        self.response = response
    }
}
