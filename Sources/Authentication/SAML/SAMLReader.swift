package import ServiceTokens

/// Checks the signatures of SAML responses; no XML is read anywhere else.
package protocol SAMLReader: Sendable {
    /// Checks a response; blocks the thread, for seconds at the most.
    ///
    /// - Parameters:
    ///   - response: The XML, as it has come.
    ///   - certificates: The provider's, as PEM: no other key counts.
    /// - Returns: What it says, or why it is refused.
    func read(_ response: [UInt8], certificates: String) -> SAMLReading
}

/// What a check of a response's signatures comes to.
package enum SAMLReading: Sendable {
    /// They hold, and this is said.
    case said(SAMLClaims)
    /// They do not; a text for the audit, without anything of the response.
    case refused(String)
    /// Nothing could be checked; a text for the log and the audit.
    case unavailable(String)
}
