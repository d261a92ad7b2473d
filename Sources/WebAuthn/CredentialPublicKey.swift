internal import Crypto
internal import CryptoExtras

/// The public key of a credential, in the form in which authenticators send it (`COSE_Key`).
///
/// It holds what its algorithm needs and nothing else.
///
/// Source: RFC 9052 section 7, RFC 9053 sections 2 and 7, RFC 8230 section 4; Web Authentication section 6.5.1.1.
package struct CredentialPublicKey: Sendable {
    /// How a credential signs.
    package enum Algorithm: Int64, Hashable, Sendable, CaseIterable {
        /// ECDSA with P-256 and SHA-256.
        case es256 = -7
        /// Ed25519.
        case edDSA = -8
        /// RSASSA-PKCS1-v1_5 with SHA-256; 2,048 to 4,096 bits, with the exponent 65,537.
        case rs256 = -257
    }

    private enum Key: Sendable {
        case es256(P256.Signing.PublicKey)
        case edDSA(Curve25519.Signing.PublicKey)
        case rs256(_RSA.Signing.PublicKey)
    }

    private enum Label {
        static let keyType: Int64 = 1
        static let algorithm: Int64 = 3
        /// Of a key on a curve the curve, of RSA the modulus.
        static let first: Int64 = -1
        /// Of a key on a curve x, of RSA the exponent.
        static let second: Int64 = -2
        /// Of a key on P-256, y.
        static let third: Int64 = -3
    }

    /// The bytes as they were sent; at most a few hundred.
    package let bytes: [UInt8]
    /// How it signs.
    package let algorithm: Algorithm
    private let key: Key

    /// Reads a key, which all of the bytes have to be.
    ///
    /// - Throws: ``WebAuthnError/malformedCBOR``, ``WebAuthnError/malformedPublicKey``,
    ///   ``WebAuthnError/unsupportedAlgorithm``.
    package init(parsing bytes: [UInt8]) throws(WebAuthnError) {
        guard case .map(let map) = try CBORReader.value(of: bytes) else { throw .malformedPublicKey }
        try self.init(map, bytes: bytes)
    }

    init(_ map: CBORMap, bytes: [UInt8]) throws(WebAuthnError) {
        guard let number = map[Label.algorithm]?.integer else { throw .malformedPublicKey }
        guard let algorithm = Algorithm(rawValue: number) else { throw .unsupportedAlgorithm }
        let key: Key? =
            switch algorithm {
            case .es256: Self.es256(map)
            case .edDSA: Self.edDSA(map)
            case .rs256: Self.rs256(map)
            }
        guard let key else { throw .malformedPublicKey }
        self.bytes = bytes
        self.algorithm = algorithm
        self.key = key
    }

    private static func es256(_ map: CBORMap) -> Key? {
        guard map.members.count == 5, map[Label.keyType] == .unsigned(2), map[Label.first] == .unsigned(1),
            let x = map[Label.second]?.bytes, let y = map[Label.third]?.bytes, x.count == 32, y.count == 32,
            let key = try? P256.Signing.PublicKey(rawRepresentation: x + y)
        else { return nil }
        return .es256(key)
    }

    private static func edDSA(_ map: CBORMap) -> Key? {
        guard map.members.count == 4, map[Label.keyType] == .unsigned(1), map[Label.first] == .unsigned(6),
            let x = map[Label.second]?.bytes, x.count == 32,
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: x)
        else { return nil }
        return .edDSA(key)
    }

    private static func rs256(_ map: CBORMap) -> Key? {
        guard map.members.count == 4, map[Label.keyType] == .unsigned(3),
            let modulus = map[Label.first]?.bytes, (256...512).contains(modulus.count), modulus.first != 0,
            let exponent = map[Label.second]?.bytes, exponent == [1, 0, 1],
            let key = try? _RSA.Signing.PublicKey(n: modulus, e: exponent)
        else { return nil }
        return .rs256(key)
    }

    /// Whether a signature is this key's over a message; `false` too for what is no signature.
    package func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        switch key {
        case .es256(let key):
            guard let signature = try? P256.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: SHA256.hash(data: message))
        case .edDSA(let key): return key.isValidSignature(signature, for: message)
        case .rs256(let key):
            return key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: signature),
                for: SHA256.hash(data: message),
                padding: .insecurePKCS1v1_5
            )
        }
    }
}
