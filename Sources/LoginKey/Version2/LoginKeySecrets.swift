/// What a version 2 key is signed with.
public enum SigningKey: Sendable {
    /// An API key, which the server has too.
    case secret(APIKey)
    /// A private key, whose public half the server has.
    case ed25519(Ed25519PrivateKey)

    /// Reads an API key, or a private key in PEM.
    ///
    /// - Throws: ``LoginKeyError/Code/malformedAPIKey`` or ``LoginKeyError/Code/malformedPrivateKey``.
    public init(parsing text: String) throws(LoginKeyError) {
        self =
            text.contains("-----BEGIN")
            ? .ed25519(try Ed25519PrivateKey(pem: text)) : .secret(try APIKey(text: text))
    }

    /// How keys are signed with it.
    public var algorithm: LoginKeyAlgorithm { verificationKey.algorithm }
}

/// What a LoginKey is checked with.
public enum VerificationKey: Sendable {
    /// An API key: version 1, and version 2 with HMAC.
    case secret(APIKey)
    /// A public key: version 2 with Ed25519.
    case ed25519(Ed25519PublicKey)

    /// How keys are signed that it checks; for version 1 alike.
    public var algorithm: LoginKeyAlgorithm {
        switch self {
        case .secret: .hs256
        case .ed25519: .ed25519
        }
    }

    /// The API key, if it is one.
    public var apiKey: APIKey? {
        guard case .secret(let apiKey) = self else { return nil }
        return apiKey
    }
}

extension SigningKey {
    /// What checks the keys that this makes.
    public var verificationKey: VerificationKey {
        switch self {
        case .secret(let apiKey): .secret(apiKey)
        case .ed25519(let key): .ed25519(key.publicKey)
        }
    }
}
