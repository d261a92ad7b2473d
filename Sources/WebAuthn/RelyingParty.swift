internal import Crypto
package import WireCodec

/// The installation, as browsers and authenticators know it.
package struct RelyingParty: Hashable, Sendable {
    /// The origin of its pages, as a browser writes it.
    package let origin: String
    /// The host that credentials are for.
    package let id: String

    /// Makes it from the server of the public URL.
    ///
    /// - Returns: `nil` where the host is an address: browsers use security keys at names only.
    package init?(_ server: ServerURL) {
        // A name whose last part is a number is an address to browsers (URL Standard, "ends in a number").
        guard let last = server.host.split(separator: ".").last, !server.host.contains(":"),
            !last.utf8.allSatisfy({ $0 &- 48 < 10 })
        else { return nil }
        self.origin = server.text
        self.id = server.host
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
