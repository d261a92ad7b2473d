package import Crypto
internal import FoundationEssentials
package import LoginKey

/// The installation's root secret, 32 bytes, kept outside the database.
///
/// Everything else is derived from it.
package struct MasterKey: Sendable {
    private let key: SymmetricKey

    /// Takes 32 bytes.
    ///
    /// - Throws: ``AccountsError/Code/unreadableMasterKey`` for any other count.
    package init(bytes: [UInt8]) throws(AccountsError) {
        guard bytes.count == 32 else {
            throw AccountsError(code: .unreadableMasterKey, message: "the master key is not 32 bytes")
        }
        self.key = SymmetricKey(data: bytes)
    }

    /// Takes 32 bytes in standard Base64, as they are kept in the file and provided by configuration.
    ///
    /// - Throws: ``AccountsError/Code/unreadableMasterKey``.
    package init(base64 text: String) throws(AccountsError) {
        guard let data = Data(base64Encoded: text) else {
            throw AccountsError(code: .unreadableMasterKey, message: "the master key is not Base64")
        }
        try self.init(bytes: Array(data))
    }

    /// Thirty-two new bytes in Base64.
    package static func generateBase64(using generator: inout some RandomNumberGenerator) -> String {
        Data((0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }).base64EncodedString()
    }

    /// A key of 256 bits for one purpose (HKDF-SHA-256, RFC 5869, with the purpose as info).
    package func derivedKey(for purpose: String) -> SymmetricKey {
        HKDF<SHA256>
            .deriveKey(
                inputKeyMaterial: key,
                salt: Array("latchkey/1".utf8),
                info: Array(purpose.utf8),
                outputByteCount: 32
            )
    }

    /// The keyed state of HMAC-SHA-256 under the key for a purpose.
    package func keyedHash(for purpose: String) -> KeyedHash {
        // The bytes are copied out while the key lends them: a `SymmetricKey` gives them in no other way.
        unsafe derivedKey(for: purpose).withUnsafeBytes { bytes in unsafe KeyedHash(key: Array(bytes)) }
    }
}

extension MasterKey: CustomStringConvertible, CustomReflectable {
    /// Always the same text; never the key.
    package var description: String { "MasterKey(redacted)" }
    /// Shows no children.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
