internal import Accounts
internal import ServiceTokens

/// What a response must say to be one for us, from this provider, now (SAML profiles section 4.1.4.3).
struct SAMLExpectation {
    private static let success = "urn:oasis:names:tc:SAML:2.0:status:Success"
    private static let bearer = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
    /// How far ahead the end of an assertion may be, in seconds: it must be remembered that long.
    private static let longest: Int64 = 86_400

    let provider: IdentityProvider
    /// Where responses are sent.
    let ownAddress: String
    /// The request that it must answer; `nil` if it need not answer any.
    let requestID: String?
    /// Unix time in seconds.
    let now: Int64
    /// How many seconds the provider's clock may be ahead.
    let tolerance: Int64

    /// Why somebody is not signed in.
    struct Objection: Error {
        let reason: RefusalReason
        let detail: String
    }

    /// A valid assertion, and how long it is valid.
    struct Acceptance {
        let assertion: SAMLClaims.Assertion
        let id: String
        let ends: Int64
    }

    /// Checks everything except whom it names.
    func check(_ claims: SAMLClaims) throws(Objection) -> Acceptance {
        try check(response: claims)
        guard let assertion = claims.assertion, let id = assertion.id, id.utf8.count >= 8 else {
            throw objection("there is no assertion with an id")
        }
        try require(assertion.issuer == provider.issuer, "the issuer of the assertion does not match")
        try check(conditionsOf: assertion)
        return Acceptance(assertion: assertion, id: id, ends: try end(of: assertion))
    }

    private func check(response claims: SAMLClaims) throws(Objection) {
        try require(claims.issuer == nil || claims.issuer == provider.issuer, "the issuer does not match")
        guard claims.status == Self.success else {
            throw Objection(reason: .providerRefused, detail: Self.code(claims.substatus ?? claims.status))
        }
        let isForUs = claims.destination == ownAddress || (claims.destination == nil && !claims.isSigned)
        try require(isForUs, "the destination does not match")
        try require(
            claims.inResponseTo == requestID || (claims.inResponseTo == nil && !claims.isSigned),
            "the response is one to another request"
        )
    }

    private func check(conditionsOf assertion: SAMLClaims.Assertion) throws(Objection) {
        let isForUs = !assertion.audiences.isEmpty && assertion.audiences.allSatisfy { $0.contains(provider.audience) }
        try require(isForUs, "the audience does not match")
        try require(assertion.otherConditions.isEmpty, "it has a condition that is not known")
        try require(!assertion.sessionEnds.isEmpty, "it does not say that anybody has signed in")
        try requireBegun(assertion.issueInstant ?? "")
        if let text = assertion.notBefore { try requireBegun(text) }
        for text in assertion.sessionEnds + [assertion.notOnOrAfter ?? ""] where !text.isEmpty {
            try requireNotOver(text)
        }
    }

    /// How long the assertion is remembered: until the last of its confirmations ends, one of which must be valid.
    ///
    /// So it stays the same assertion whichever of them is valid by then.
    private func end(of assertion: SAMLClaims.Assertion) throws(Objection) -> Int64 {
        var last = objection("there is no bearer confirmation")
        var isConfirmed = false
        for confirmation in assertion.confirmations where confirmation.method == Self.bearer {
            do throws(Objection) {
                try check(confirmation)
                isConfirmed = true
            } catch {
                last = error
            }
        }
        guard isConfirmed else { throw last }
        let ends = assertion.confirmations.compactMap { $0.notOnOrAfter.flatMap(SAMLInstant.seconds) }.max() ?? now
        try require(ends <= now + Self.longest, "it is good for more than a day")
        return ends
    }

    private func check(_ confirmation: SAMLClaims.Confirmation) throws(Objection) {
        try require(confirmation.recipient == ownAddress, "the recipient does not match")
        try require(confirmation.inResponseTo == requestID, "the assertion is one to another request")
        try require(confirmation.notBefore == nil, "a bearer confirmation has a NotBefore")
        try requireNotOver(confirmation.notOnOrAfter ?? "")
    }

    private func requireBegun(_ text: String) throws(Objection) {
        guard let begins = SAMLInstant.seconds(text) else { throw objection("a time cannot be read") }
        guard begins <= now + tolerance else {
            throw Objection(reason: .expiredToken, detail: "it is of the future: the clocks differ")
        }
    }

    private func requireNotOver(_ text: String) throws(Objection) {
        guard let ends = SAMLInstant.seconds(text) else { throw objection("a time cannot be read") }
        guard now < ends else { throw Objection(reason: .expiredToken, detail: "it is over") }
    }

    private func require(_ holds: Bool, _ otherwise: String) throws(Objection) {
        guard holds else { throw objection(otherwise) }
    }

    private func objection(_ detail: String) -> Objection { Objection(reason: .invalidToken, detail: detail) }

    /// A status as it may be in the audit: the last part of its name.
    private static func code(_ text: String?) -> String {
        let name = text?.split(separator: ":").last.map(String.init) ?? ""
        let isName = (1...40).contains(name.utf8.count) && name.utf8.allSatisfy { $0 < 0x7F && $0 > 0x40 }
        return isName ? name : "an invalid status"
    }
}
