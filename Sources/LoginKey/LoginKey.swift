/// A short-lived credential, made from a group's API key, that signs one user in: `$1$` expiry `$` signature.
///
/// 57 ASCII characters: `$1$`, ten decimal digits of Unix seconds of which the first is not 0, `$`, and the
/// HMAC-SHA-256 of the signed message in 43 base64url characters. A value of this type is well formed; whether it is
/// valid is for ``LoginKeyVerifier`` to say.
///
/// Source: `docs/protocol.md#loginkey`.
public struct LoginKey: Sendable {
    /// How many bytes every LoginKey has.
    public static let byteCount = 57

    /// The longest time, in seconds, that an expiry may lie ahead.
    public static let maximumLifetime: Int64 = 86_400

    static let expiryRange: ClosedRange<Int64> = 1_000_000_000...9_999_999_999

    /// The first second, in Unix time, at which the key is no longer valid.
    public let expires: Int64

    let expiryDigits: ExpiryDigits
    let signature: Signature

    init(expires: Int64, spelled expiryDigits: ExpiryDigits, signature: Signature) {
        self.expires = expires
        self.expiryDigits = expiryDigits
        self.signature = signature
    }

    /// The key as it travels.
    ///
    /// It is a credential: never log it.
    public var text: String {
        "$1$\(expires)$\(Base64URL.text(of: signature.bytes))"
    }

    /// The decoded signature, 32 bytes: what makes one key the same as another, whatever spelling it came in.
    package var identity: [UInt8] {
        signature.bytes.indices.map { signature.bytes[$0] }
    }
}

extension LoginKey: Equatable {
    /// Compares expiry and signature, the signature in constant time.
    public static func == (left: Self, right: Self) -> Bool {
        left.signature.isEqualInConstantTime(to: right.signature) && left.expires == right.expires
    }
}

extension LoginKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The version and the expiry; the signature is left out.
    public var description: String { "$1$\(expires)$(redacted)" }
    /// The same as ``description``.
    public var debugDescription: String { description }
    /// Shows no children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
