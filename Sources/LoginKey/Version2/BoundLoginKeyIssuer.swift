/// Makes version 2 keys for the users of one group, at one server.
///
/// Pure: the caller says what time it is and where randomness comes from.
public struct BoundLoginKeyIssuer: Sendable {
    /// The group whose users can sign in with the keys.
    public let partnerID: PartnerID
    /// How long each key is good for, in seconds.
    public let lifetime: Int64

    private let keyID: Int64
    private let key: SigningKey
    private let audience: LoginKeyAudience

    /// Makes an issuer.
    ///
    /// - Parameters:
    ///   - partnerID: The group.
    ///   - keyID: The id that the server has given to the key: 1 to 999,999,999,999,999,999.
    ///   - key: An API key of the group, or the private half of a key pair whose public half is the group's.
    ///   - audience: The server.
    ///   - lifetime: 1 to 86,400 seconds.
    /// - Throws: ``LoginKeyError/Code/lifetimeOutOfRange`` or ``LoginKeyError/Code/malformedKeyID``.
    public init(
        partnerID: PartnerID,
        keyID: Int64,
        key: SigningKey,
        audience: LoginKeyAudience,
        lifetime: Int64 = 60
    ) throws(LoginKeyError) {
        guard (1...LoginKey.maximumLifetime).contains(lifetime) else {
            throw LoginKeyError(code: .lifetimeOutOfRange, message: "a LoginKey lives 1 to 86,400 seconds")
        }
        guard (1...999_999_999_999_999_999).contains(keyID) else {
            throw LoginKeyError(code: .malformedKeyID, message: "a key id is 1 to 18 digits, the first not 0")
        }
        self.partnerID = partnerID
        self.keyID = keyID
        self.key = key
        self.audience = audience
        self.lifetime = lifetime
    }

    /// Makes a key with a random nonce of 16 bytes, which expires ``lifetime`` seconds after `now`.
    ///
    /// - Parameters:
    ///   - partnerUserID: The user who signs in.
    ///   - purpose: What the key is for.
    ///   - now: Unix time in seconds.
    ///   - generator: Where the nonce comes from; it has to be unguessable.
    /// - Returns: The key; its text is a credential.
    /// - Throws: ``LoginKeyError/Code/lifetimeOutOfRange`` when the expiry has no ten-digit spelling.
    public func issue(
        for partnerUserID: PartnerUserID,
        purpose: LoginKeyPurpose,
        at now: Int64,
        using generator: inout some RandomNumberGenerator
    ) throws(LoginKeyError) -> BoundLoginKey {
        let nonce = (0..<16).map { _ in generator.next() as UInt8 }
        return try issue(for: partnerUserID, purpose: purpose, at: now, nonce: nonce)
    }

    /// Makes a key with a nonce of one's own, as test vectors need it.
    ///
    /// - Parameters:
    ///   - partnerUserID: The user who signs in.
    ///   - purpose: What the key is for.
    ///   - now: Unix time in seconds.
    ///   - nonce: 16 to 32 bytes, never the same twice.
    /// - Returns: The key; its text is a credential.
    /// - Throws: ``LoginKeyError/Code/lifetimeOutOfRange`` or ``LoginKeyError/Code/malformedNonce``.
    public func issue(
        for partnerUserID: PartnerUserID,
        purpose: LoginKeyPurpose,
        at now: Int64,
        nonce: [UInt8]
    ) throws(LoginKeyError) -> BoundLoginKey {
        let (expires, overflow) = now.addingReportingOverflow(lifetime)
        guard !overflow, LoginKey.expiryRange.contains(expires) else {
            throw LoginKeyError(
                code: .lifetimeOutOfRange,
                message: "the expiry must lie between the years 2001 and 2286; is the time given in seconds?"
            )
        }
        let spelled = Base64URL.text(of: nonce.span)
        let signed = "$2$\(key.algorithm.rawValue)$\(keyID)$\(expires)$\(spelled)$\(purpose.text)@\(audience)"
        let message = BoundMessage(
            signed: signed.utf8.span,
            partnerID: partnerID,
            partnerUserID: partnerUserID
        )
        let signature = try signature(of: message)
        return try BoundLoginKey(parsing: signed + "$" + signature)
    }

    private func signature(of message: BoundMessage) throws(LoginKeyError) -> String {
        switch key {
        case .secret(let apiKey):
            var hash = apiKey.keyedHash
            message.add(to: &hash)
            return Base64URL.text(of: hash.finalize())
        case .ed25519(let key):
            let signature = try key.sign(message.array)
            return Base64URL.text(of: signature.span)
        }
    }
}
