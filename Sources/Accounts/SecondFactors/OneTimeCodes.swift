internal import Crypto

/// The secret that an authenticator app and this server share, and the codes that follow from it.
///
/// Six digits, SHA-1 and 30 seconds, because all apps support that; it prints as redacted.
///
/// Source: RFC 6238 (TOTP), RFC 4226 section 5.3 (HOTP).
package struct OneTimeCodes: Hashable, Sendable {
    /// How long a code is shown, in seconds.
    package static let stepLength: Int64 = 30
    /// How many steps the clock of a phone may be off, either way.
    package static let tolerance: Int64 = 1
    /// How many bytes a secret made here has.
    static let byteCount = 20

    /// The secret, in base32 without padding, as it is typed into an app.
    package let text: String
    private let bytes: [UInt8]

    /// Takes the bytes of a secret.
    init(bytes: [UInt8]) {
        self.bytes = bytes
        self.text = Base32.text(of: bytes)
    }

    /// Makes a new secret of 20 bytes.
    package init(using generator: inout some RandomNumberGenerator) {
        self.init(bytes: (0..<Self.byteCount).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }

    /// Reads what ``text`` says; `nil` unless it is 20 bytes in base32.
    package init?(_ text: String) {
        guard let bytes = Base32.bytes(of: text), bytes.count == Self.byteCount else { return nil }
        self.init(bytes: bytes)
    }

    /// The step that a second belongs to.
    package static func step(at seconds: Int64) -> Int64 {
        max(seconds, 0) / stepLength
    }

    /// The code of a step.
    ///
    /// - Parameters:
    ///   - step: How many times 30 seconds since 1970, 0 or more.
    ///   - digits: How many digits, at most nine.
    /// - Returns: The digits, with zeros in front.
    func code(at step: Int64, digits: Int = 6) -> String {
        let counter = (0..<8).map { UInt8(truncatingIfNeeded: step >> (56 - 8 * Int64($0))) }
        let hash = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: bytes)))
        let offset = Int(hash[hash.count - 1] & 15)
        let number = hash[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let text = String(number)
        return String((String(repeating: "0", count: digits) + text).suffix(digits))
    }

    /// The step that a code belongs to; `nil` if that does not count now.
    ///
    /// Whether it was used before is not known here. All steps are compared, each in constant time.
    ///
    /// - Parameters:
    ///   - code: What was typed, without blanks.
    ///   - seconds: Unix time.
    /// - Returns: One of the steps around now.
    package func step(of code: String, at seconds: Int64) -> Int64? {
        let now = Self.step(at: seconds)
        var found: Int64?
        for step in max(now - Self.tolerance, 0)...now + Self.tolerance where isEqual(code, self.code(at: step)) {
            found = step
        }
        return found
    }

    /// What the code of a step uses up: keyed with the secret, and revealing nothing about it.
    package func spending(step: Int64, of userID: User.ID) -> SpentCredential {
        let message = Array("spent code \(userID) \(step)".utf8)
        return SpentCredential(
            identity: Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: bytes))),
            window: 0,
            forgetAt: (step + Self.tolerance + 1) * Self.stepLength + 3600
        )
    }

    /// What an app reads from a link (`otpauth:`).
    ///
    /// - Parameters:
    ///   - issuer: What the app calls this installation.
    ///   - account: Whose codes they are.
    /// - Returns: The address, with the secret in it.
    package func address(issuer: String, account: String) -> String {
        let (issuer, account) = (Self.encoded(issuer), Self.encoded(account))
        return "otpauth://totp/\(issuer):\(account)?secret=\(text)&issuer=\(issuer)&algorithm=SHA1&digits=6&period=30"
    }

    private func isEqual(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        return left.count == right.count && zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        let bytes = text.utf8.flatMap { byte -> [UInt8] in
            let isPlain = byte &- 48 < 10 || (byte | 0x20) &- 97 < 26 || "-._~".utf8.contains(byte)
            return isPlain ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension OneTimeCodes: CustomStringConvertible, CustomReflectable {
    /// Always the same text; never the secret.
    package var description: String { "OneTimeCodes(redacted)" }
    /// Shows no children.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
