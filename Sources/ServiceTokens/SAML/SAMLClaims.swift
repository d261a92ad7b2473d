/// What a SAML response says, as the program that checks signatures has printed it.
///
/// Of the assertion there is nothing in it but what the provider has signed. Nothing of it is judged: whom it is for, and
/// when, is checked by `Authentication`.
package struct SAMLClaims: Decodable, Sendable {
    /// The `Destination`.
    package let destination: String?
    /// The `InResponseTo` of the response.
    package let inResponseTo: String?
    /// The `Issuer` of the response.
    package let issuer: String?
    /// The outer code of the status.
    package let status: String?
    /// The inner one.
    package let substatus: String?
    /// Whether the response itself is signed.
    package let isSigned: Bool
    /// The assertion; `nil` where there is none, as behind a status that is no success.
    package let assertion: Assertion?

    /// What is said about somebody.
    package struct Assertion: Decodable, Sendable {
        /// The `ID`.
        package let id: String?
        /// The `IssueInstant`.
        package let issueInstant: String?
        /// The `Issuer`.
        package let issuer: String?
        /// The name of the subject; `nil` for none, and for one that is encrypted.
        package let nameID: String?
        /// The `Format` of that name.
        package let nameIDFormat: String?
        /// The `NotBefore` of the conditions.
        package let notBefore: String?
        /// The `NotOnOrAfter` of the conditions.
        package let notOnOrAfter: String?
        /// All `SubjectConfirmation`s.
        package let confirmations: [Confirmation]
        /// The audiences of each restriction: it is for us only if each has us.
        package let audiences: [[String]]
        /// The names of conditions that are not known.
        package let otherConditions: [String]
        /// The `SessionNotOnOrAfter` of each `AuthnStatement`; empty texts where it is not said.
        package let sessionEnds: [String]
        /// All attributes, each with its texts.
        package let attributes: [Attribute]
    }

    /// By what somebody is taken for the subject.
    package struct Confirmation: Decodable, Sendable {
        /// The `Method`.
        package let method: String
        /// The `Recipient`.
        package let recipient: String?
        /// The `InResponseTo`.
        package let inResponseTo: String?
        /// The `NotBefore`.
        package let notBefore: String?
        /// The `NotOnOrAfter`.
        package let notOnOrAfter: String?
    }

    /// An attribute.
    package struct Attribute: Decodable, Sendable {
        /// The `Name`.
        package let name: String?
        /// The texts of its values.
        package let values: [String]
    }
}
