internal import ServiceTokens

/// What a provider says about somebody, by whichever protocol.
struct UserClaims: Sendable {
    /// The name of the claim that is the subject's name in SAML.
    static let nameID = "NameID"

    /// The claims that are one text each.
    let texts: [String: String]
    /// The claims that may be several.
    let lists: [String: [String]]
    /// Whether the provider has verified the e-mail address; `nil` if it does not say.
    let isEmailVerified: Bool?

    /// Takes them from a token.
    init(_ claims: OpenIDClaims) {
        texts = claims.texts
        lists = claims.lists
        isEmailVerified = claims.isEmailVerified
    }

    /// Takes them from an assertion: its attributes by their names, and the subject as `NameID`.
    init(_ assertion: SAMLClaims.Assertion) {
        let pairs = assertion.attributes.compactMap { attribute in attribute.name.map { ($0, attribute.values) } }
        var lists = Dictionary(pairs, uniquingKeysWith: +)
        lists[Self.nameID] = assertion.nameID.map { [$0] }
        self.lists = lists
        texts = lists.compactMapValues { $0.count == 1 ? $0.first : nil }
        isEmailVerified = nil
    }
}
