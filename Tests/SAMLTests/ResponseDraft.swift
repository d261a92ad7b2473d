/// A SAML response before it is signed; each part can be made wrong.
struct ResponseDraft {
    enum Signed { case nothing, assertion, response }

    var signed = Signed.assertion
    var method = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
    var digest = "http://www.w3.org/2001/04/xmlenc#sha256"
    /// The id of what the signature covers; `nil` for what it stands in.
    var reference: String?
    var keyInfo = ""
    var prologue = ""
    var responseIssuer = SAMLReception.issuer
    var issuer = SAMLReception.issuer
    var destination = SAMLReception.ownAddress
    var recipient = SAMLReception.ownAddress
    var audiences =
        "<saml:AudienceRestriction><saml:Audience>\(SAMLReception.entityID)</saml:Audience></saml:AudienceRestriction>"
    var otherConditions = ""
    /// What it answers; `nil` for nothing.
    var request: String?
    var assertionRequest: String?
    var status = "Success"
    var confirmation = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
    /// When a second confirmation ends; `nil` for none.
    var otherConfirmationEnds: Int64?
    /// The subject's name, as XML.
    var name = "joe"
    var notBefore: Int64 = -60
    var ends: Int64 = 300
    var confirmationEnds: Int64 = 300
    var sessionEnds: Int64 = 3600
    var statement = true
    var attributes = ""
    var assertionID = "_assertion-1"

    init(answering request: String?) {
        self.request = request
        self.assertionRequest = request
    }

    var xml: String {
        let answers = request.map { " InResponseTo=\"\($0)\"" } ?? ""
        return """
            \(prologue)<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" \
            xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_response-1" Version="2.0" \
            IssueInstant="\(at(0))" Destination="\(destination)"\(answers)><saml:Issuer>\(responseIssuer)</saml:Issuer>\
            \(signed == .response ? signature(of: "_response-1") : "")<samlp:Status><samlp:StatusCode \
            Value="urn:oasis:names:tc:SAML:2.0:status:\(status)"/></samlp:Status>\(assertion)</samlp:Response>
            """
    }

    private var assertion: String {
        let statement = """
            <saml:AuthnStatement AuthnInstant="\(at(0))" SessionNotOnOrAfter="\(at(sessionEnds))"><saml:AuthnContext>\
            <saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>\
            </saml:AuthnContext></saml:AuthnStatement>
            """
        return """
            <saml:Assertion ID="\(assertionID)" Version="2.0" IssueInstant="\(at(0))"><saml:Issuer>\(issuer)</saml:Issuer>\
            \(signed == .assertion ? signature(of: assertionID) : "")<saml:Subject><saml:NameID>\(name)</saml:NameID>\
            \(confirmation(until: confirmationEnds))\(otherConfirmationEnds.map(confirmation) ?? "")</saml:Subject>\
            <saml:Conditions NotBefore="\(at(notBefore))" NotOnOrAfter="\(at(ends))">\(audiences)\(otherConditions)\
            </saml:Conditions>\(self.statement ? statement : "")\(attributes)</saml:Assertion>
            """
    }

    private func confirmation(until seconds: Int64) -> String {
        let answers = assertionRequest.map { " InResponseTo=\"\($0)\"" } ?? ""
        return """
            <saml:SubjectConfirmation Method="\(confirmation)"><saml:SubjectConfirmationData Recipient="\(recipient)" \
            NotOnOrAfter="\(at(seconds))"\(answers)/></saml:SubjectConfirmation>
            """
    }

    private func signature(of id: String) -> String {
        let canonical = "http://www.w3.org/2001/10/xml-exc-c14n#"
        return """
            <ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:CanonicalizationMethod \
            Algorithm="\(canonical)"/><ds:SignatureMethod Algorithm="\(method)"/><ds:Reference URI="#\(reference ?? id)"><ds:Transforms>\
            <ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/><ds:Transform \
            Algorithm="\(canonical)"/></ds:Transforms><ds:DigestMethod Algorithm="\(digest)"/><ds:DigestValue/>\
            </ds:Reference></ds:SignedInfo><ds:SignatureValue/>\(keyInfo)</ds:Signature>
            """
    }

    private func at(_ seconds: Int64) -> String { SAMLReception.instant(seconds) }
}
