internal import Crypto

/// A code that replaces an authenticator app once: 80 random bits.
///
/// Only its digest is kept; so many bits need no slow hash. It prints as redacted.
package struct RecoveryCode: Hashable, Sendable {
    /// How many a user gets at once.
    package static let count = 10
    private static let byteCount = 10

    private let bytes: [UInt8]

    /// Makes a code.
    package init(using generator: inout some RandomNumberGenerator) {
        bytes = (0..<Self.byteCount).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    /// Reads a code as it was typed: case, blanks and dashes do not matter; `nil` for anything else.
    package init?(_ text: String) {
        let characters = text.uppercased().filter { !$0.isWhitespace && $0 != "-" }
        guard characters.utf8.count == 16, let bytes = Base32.bytes(of: characters) else { return nil }
        self.bytes = bytes
    }

    /// The code as it is shown: four times four characters, with dashes between.
    package var text: String {
        let characters = Array(Base32.text(of: bytes))
        return stride(from: 0, to: characters.count, by: 4)
            .map { String(characters[$0..<min($0 + 4, characters.count)]) }
            .joined(separator: "-")
    }

    /// What is stored: SHA-256 over the purpose's name, the user's number and the code; 32 bytes.
    package func digest(for userID: User.ID) -> [UInt8] {
        Array(SHA256.hash(data: Array("recovery code \(userID)\0".utf8) + bytes))
    }
}

extension RecoveryCode: CustomStringConvertible, CustomReflectable {
    /// Always the same text; never the code.
    package var description: String { "RecoveryCode(redacted)" }
    /// Shows no children.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
