internal import Crypto
internal import CryptoExtras
internal import FoundationEssentials

/// A password as it is remembered: scrypt with its parameters and salt.
///
/// Printed as `scrypt$<log2 N>$<r>$<p>$<salt>$<hash>` with both in Base64.
package struct PasswordHash: Hashable, Sendable {
    /// The printed form.
    package let text: String

    /// The fewest characters a password may have.
    package static let minimumLength = 8
    /// The most characters a password may have.
    package static let maximumLength = 49

    private static let rounds = 1 << 15
    private static let blockSize = 8
    private static let byteCount = 32

    /// Takes a stored form unchanged.
    package init(text: String) {
        self.text = text
    }

    /// Hashes a password.
    ///
    /// Takes tens of milliseconds and 32 MiB: never call it on a shared thread.
    ///
    /// - Parameters:
    ///   - password: Taken as its UTF-8 bytes.
    ///   - generator: Where the 16 bytes of salt come from.
    /// - Throws: An error of swift-crypto.
    package init(password: String, using generator: inout some RandomNumberGenerator) throws {
        let salt = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
        self.init(salt: salt, hash: try Self.derive(password: password, salt: salt))
    }

    /// Random bytes in place of a hash: no known password matches, and trying one costs the same.
    package static func ofNoPassword(using generator: inout some RandomNumberGenerator) -> Self {
        let salt = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let hash = (0..<byteCount).map { _ in UInt8.random(in: 0...255, using: &generator) }
        return Self(salt: salt, hash: hash)
    }

    private init(salt: [UInt8], hash: [UInt8]) {
        let fields = ["scrypt", "15", "8", "1", Data(salt).base64EncodedString(), Data(hash).base64EncodedString()]
        self.text = fields.joined(separator: "$")
    }

    /// Whether the password is the one that was hashed.
    ///
    /// Costs as much as hashing, whatever the answer.
    package func matches(password: String) -> Bool {
        let fields = text.split(separator: "$", omittingEmptySubsequences: false)
        guard fields.count == 6, fields[0] == "scrypt", fields[1] == "15", fields[2] == "8", fields[3] == "1",
            let salt = Data(base64Encoded: String(fields[4])), let expected = Data(base64Encoded: String(fields[5])),
            let hash = try? Self.derive(password: password, salt: Array(salt))
        else { return false }
        // An HMAC under a fresh key makes the comparison constant time with a library's own means.
        let key = SymmetricKey(size: .bits256)
        let code = HMAC<SHA256>.authenticationCode(for: expected, using: key)
        return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: hash, using: key)
    }

    private static func derive(password: String, salt: [UInt8]) throws -> [UInt8] {
        let key = try KDF.Scrypt.deriveKey(
            from: Array(password.utf8),
            salt: salt,
            outputByteCount: byteCount,
            rounds: rounds,
            blockSize: blockSize,
            parallelism: 1
        )
        return unsafe key.withUnsafeBytes { bytes in unsafe Array(bytes) }
    }
}

extension PasswordHash: CustomStringConvertible, CustomReflectable {
    /// Always the same text; never the hash.
    package var description: String { "PasswordHash(redacted)" }
    /// Shows no children.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
