internal import Crypto

/// The installation, as browsers and authenticators know it.
package struct RelyingParty: Hashable, Sendable {
    /// The origin of its pages, as a browser writes it.
    package let origin: String
    /// The host that credentials are for.
    package let id: String

    /// Makes it from the origin of the public URL, in its serialized form.
    ///
    /// - Returns: `nil` where the host is an address: browsers use security keys at names only.
    package init?(origin: String) {
        guard let start = origin.firstRange(of: "://")?.upperBound else { return nil }
        let authority = origin[start...]
        guard !authority.hasPrefix("["), !authority.isEmpty else { return nil }
        let host = authority.prefix { $0 != ":" && $0 != "/" }
        // A name whose last part is a number is an address to browsers (URL Standard, "ends in a number").
        guard let last = host.split(separator: ".").last, !last.utf8.allSatisfy({ $0 &- 48 < 10 }) else { return nil }
        self.origin = origin
        self.id = String(host)
    }

    /// SHA-256 of the id.
    var hash: [UInt8] { Array(SHA256.hash(data: Array(id.utf8))) }
}

/// What a ceremony has to show.
package struct Expectation: Sendable {
    /// What was to be signed; 16 bytes or more that cannot be guessed, good once.
    ///
    /// That it is used up is the caller's to see to.
    package var challenge: [UInt8]
    /// Whose page has asked.
    package var relyingParty: RelyingParty
    /// Whether the authenticator had to ask who it is, by a PIN or a finger.
    package var requiresUserVerification: Bool

    /// Says what is expected.
    package init(challenge: [UInt8], relyingParty: RelyingParty, requiresUserVerification: Bool) {
        self.challenge = challenge
        self.relyingParty = relyingParty
        self.requiresUserVerification = requiresUserVerification
    }

    func check(_ data: AuthenticatorData) throws(WebAuthnError) {
        guard data.relyingPartyHash == relyingParty.hash else { throw .wrongRelyingParty }
        guard data.isUserPresent else { throw .userNotPresent }
        guard data.isUserVerified || !requiresUserVerification else { throw .userNotVerified }
    }
}
