internal import Crypto

/// The private half of a key pair that signs version 2 keys; it belongs to the integration and never to the server.
///
/// It has no public bytes but ``pem``, and prints as redacted.
public struct Ed25519PrivateKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey
    /// The public half.
    public let publicKey: Ed25519PublicKey

    private init(_ key: Curve25519.Signing.PrivateKey) throws(LoginKeyError) {
        self.key = key
        self.publicKey = try Ed25519PublicKey(bytes: Array(key.publicKey.rawRepresentation))
    }

    /// Makes a key pair.
    ///
    /// - Throws: ``LoginKeyError/Code/malformedPrivateKey`` if swift-crypto does not take the random bytes.
    public static func generate(using generator: inout some RandomNumberGenerator) throws(LoginKeyError) -> Self {
        try Self(seed: (0..<32).map { _ in generator.next() as UInt8 })
    }

    /// Reads a key as OpenSSL writes it (`openssl genpkey -algorithm ed25519`).
    ///
    /// - Throws: ``LoginKeyError/Code/malformedPrivateKey``.
    public init(pem: String) throws(LoginKeyError) {
        guard let seed = PEM.content(of: pem, label: "PRIVATE KEY", behind: PEM.privateKeyHead) else {
            throw Self.malformed
        }
        try self.init(seed: seed)
    }

    init(seed: [UInt8]) throws(LoginKeyError) {
        guard seed.count == 32, let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else {
            throw Self.malformed
        }
        try self.init(key)
    }

    /// The key as OpenSSL reads it (RFC 8410): a secret.
    public var pem: String { PEM.text(PEM.privateKeyHead + Array(key.rawRepresentation), label: "PRIVATE KEY") }

    func sign(_ message: [UInt8]) throws(LoginKeyError) -> [UInt8] {
        do {
            return Array(try key.signature(for: message))
        } catch {
            throw LoginKeyError(code: .malformedPrivateKey, message: "the private key does not sign", cause: error)
        }
    }

    private static var malformed: LoginKeyError {
        LoginKeyError(
            code: .malformedPrivateKey,
            message: "an Ed25519 private key is a PEM file that begins with -----BEGIN PRIVATE KEY-----"
        )
    }
}

extension Ed25519PrivateKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always the same text; never the key.
    public var description: String { "Ed25519PrivateKey(redacted)" }
    /// Always the same text; never the key.
    public var debugDescription: String { description }
    /// Shows no children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
