package import Accounts
internal import Crypto
internal import FoundationEssentials
internal import LoginKey

/// A sign-in that is under way at an identity provider: what the browser brings back, sealed, in a cookie.
///
/// It binds the provider's answer to the browser (`state`), to the token (`nonce`) and to the code (the verifier of
/// RFC 7636), so that any server of the installation can finish what another one has begun.
package struct ProviderVisit: Codable, Equatable, Sendable {
    /// How long somebody may take at the provider, in seconds.
    package static let lifetime: Int64 = 600

    /// The `state`: 32 hexadecimal digits.
    package let state: String
    /// The `nonce` that the token has to hold: 32 hexadecimal digits.
    package let nonce: String
    /// What the code is redeemed with: 64 hexadecimal digits.
    package let verifier: String
    /// The group.
    package let groupID: String
    /// The provider's issuer.
    package let issuer: String
    /// The client id.
    package let audience: String
    /// The page of ours that is opened afterwards.
    package let page: String
    /// Its query.
    package let query: String
    /// Whether it takes place in a window of its own, which a framed page has opened.
    package let isInWindow: Bool
    /// The click, as a correlation id.
    package let click: String
    /// The first second at which it is over.
    package let ends: Int64

    /// Begins a visit.
    ///
    /// - Parameters:
    ///   - provider: Where it leads.
    ///   - page: The page of ours that is opened afterwards.
    ///   - query: That page's query.
    ///   - isInWindow: Whether it takes place in a window that a framed page has opened.
    ///   - correlationID: The click.
    ///   - now: Unix time in seconds.
    ///   - random: Where state, nonce and verifier come from.
    package init(
        to provider: IdentityProvider,
        page: String,
        query: String,
        isInWindow: Bool,
        correlationID: CorrelationID,
        at now: Int64,
        random: RandomSource
    ) {
        self.state = random.correlationID().text
        self.nonce = random.correlationID().text
        self.verifier = random.correlationID().text + random.correlationID().text
        self.groupID = provider.partnerID.text
        self.issuer = provider.issuer
        self.audience = provider.audience
        self.page = page
        self.query = query
        self.isInWindow = isInWindow
        self.click = correlationID.text
        self.ends = now + Self.lifetime
    }

    /// What the provider is told of the verifier (RFC 7636 section 4.2, S256).
    package var challenge: String {
        let digest = Array(SHA256.hash(data: Array(verifier.utf8)))
        return Base64URL.text(of: digest.span)
    }
}

/// Seals visits to providers with AES-256-GCM, under a key that is for nothing else.
package struct ProviderVisitSealer: Sendable {
    /// The most characters of a sealed visit; a cookie has room for 4,096 bytes.
    package static let maximumLength = 3800

    private let sealer: TextSealer

    /// Makes a sealer whose key is derived from the master key.
    package init(masterKey: MasterKey) {
        self.sealer = TextSealer(masterKey: masterKey, purpose: "provider visit")
    }

    /// Seals a visit.
    ///
    /// - Returns: base64url; at most ``maximumLength`` characters for a query of at most 1,000.
    /// - Throws: An error of swift-crypto.
    package func seal(_ visit: ProviderVisit) throws -> String {
        try sealer.seal(try JSONEncoder().encode(visit))
    }

    /// Opens a visit; `nil` if it was not sealed here, or was changed.
    ///
    /// Its end is not checked.
    package func open(_ text: String) -> ProviderVisit? {
        guard text.utf8.count <= Self.maximumLength, let plain = sealer.open(text) else { return nil }
        return try? JSONDecoder().decode(ProviderVisit.self, from: plain)
    }
}
