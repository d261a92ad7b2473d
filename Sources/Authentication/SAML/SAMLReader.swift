package import ServiceTokens

/// Checks the signatures of SAML responses; no XML is read anywhere else.
package protocol SAMLReader: Sendable {
    /// Checks a response; blocks the thread, for seconds at most.
    ///
    /// - Parameters:
    ///   - response: The XML, as it has come.
    ///   - certificates: The provider's, as PEM: no other key counts.
    /// - Returns: What it says, or why it is refused.
    func read(_ response: [UInt8], certificates: String) -> SAMLReading
}

/// The result of checking a response's signatures.
package enum SAMLReading: Sendable {
    /// They are right, and this is what the response says.
    case said(SAMLClaims)
    /// They are wrong; a text for the audit, without anything from the response.
    case refused(String)
    /// Nothing could be checked; a text for the log and the audit.
    case unavailable(String)
}
