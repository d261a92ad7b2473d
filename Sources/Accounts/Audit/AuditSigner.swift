internal import Crypto
internal import FoundationEssentials

/// Signs checkpoints of the audit, and checks their signatures: Ed25519 (RFC 8032).
///
/// The key is derived from the master key: it is outside the database, the same on all nodes, and there is no second file that
/// could be lost. The public key is enough to check signatures, so others can do so.
package struct AuditSigner: Sendable {
    private let seed: SymmetricKey

    /// Derives the key.
    package init(masterKey: MasterKey) {
        seed = masterKey.derivedKey(for: "audit checkpoint")
    }

    /// A signature, 64 bytes.
    ///
    /// - Throws: An error of swift-crypto.
    package func sign(_ checkpoint: AuditCheckpoint) throws -> [UInt8] {
        try Array(key().signature(for: checkpoint.signedBytes))
    }

    /// Who checks signatures.
    ///
    /// - Throws: An error of swift-crypto.
    package func verifier() throws -> AuditVerifier {
        AuditVerifier(key: try key().publicKey)
    }

    private func key() throws -> Curve25519.Signing.PrivateKey {
        // The bytes are copied out while the key lends them: a `SymmetricKey` gives them in no other way.
        try Curve25519.Signing.PrivateKey(rawRepresentation: unsafe seed.withUnsafeBytes { unsafe Data($0) })
    }
}

/// Checks signatures of checkpoints.
package struct AuditVerifier: Sendable {
    fileprivate let key: Curve25519.Signing.PublicKey

    /// Whether a signature is that of a checkpoint.
    package func isValid(_ signature: [UInt8], for checkpoint: AuditCheckpoint) -> Bool {
        key.isValidSignature(signature, for: checkpoint.signedBytes)
    }
}
