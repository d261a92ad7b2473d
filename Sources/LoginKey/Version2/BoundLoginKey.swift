/// A LoginKey of version 2: good once, at one server, for one command and session.
///
/// `$2$` algorithm `$` key id `$` expiry `$` nonce `$` purpose `@` audience `$` signature, at most ``maximumByteCount``
/// ASCII characters. PartnerId and PartnerUserId travel beside it, as with version 1, and are signed. A value of this
/// type is well formed; whether it is valid is for ``LoginKeyVerifier`` to say.
///
/// Source: `docs/loginkey-2.md`.
public struct BoundLoginKey: Sendable {
    /// The most bytes that a key may have.
    public static let maximumByteCount = 512

    /// How many bytes of a nonce are allowed.
    public static let nonceByteCounts = 16...32

    /// How it is signed.
    public let algorithm: LoginKeyAlgorithm
    /// Which of the group's API keys it is signed with: 1 to 18 digits as a number.
    public let keyID: Int64
    /// The first second, in Unix time, at which the key is no longer valid.
    public let expires: Int64
    /// What it may be used for.
    public let command: LoginKeyCommand

    /// The key as it travels: ASCII, so that ranges of it are ranges of its bytes.
    ///
    /// It is a credential: never log it.
    public let text: String
    let nonce: Range<Int>
    /// Where the session key stands; empty for none.
    let session: Range<Int>
    let audienceRange: Range<Int>
    let signature: SignatureBytes

    /// The decoded signature.
    enum SignatureBytes: Sendable {
        case hs256(InlineArray<32, UInt8>)
        case ed25519([UInt8])
    }
}

extension BoundLoginKey {
    /// Where the key may be used.
    public var audience: String { text(audienceRange) }

    /// The session key or visitor id that it is for; `nil` for none.
    public var sessionKey: String? { session.isEmpty ? nil : text(session) }

    /// What it is for, as it stands in it.
    public var purposeText: String { command.rawValue + (sessionKey.map { ":\($0)" } ?? "") }

    /// What it is for.
    public var purpose: LoginKeyPurpose? { try? LoginKeyPurpose(command, sessionKey: sessionKey) }

    /// The text without the last `$` and the signature.
    package var signedText: String { text(0..<signedByteCount) }

    /// The decoded signature, 32 or 64 bytes.
    package var decodedSignature: [UInt8] {
        switch signature {
        case .hs256(let code): code.indices.map { code[$0] }
        case .ed25519(let code): code
        }
    }

    /// What makes one key the same as another: the key id and the nonce, 26 to 64 bytes.
    package var identity: [UInt8] {
        Array("2$\(keyID)$".utf8) + Array(text.utf8)[nonce]
    }

    /// The text without the last `$` and the signature: what is signed of the key itself.
    ///
    /// So many bytes at the beginning.
    var signedByteCount: Int { audienceRange.upperBound }

    private func text(_ range: Range<Int>) -> String { String(decoding: Array(text.utf8)[range], as: UTF8.self) }
}

extension BoundLoginKey: Equatable {
    /// Compares the texts; not in constant time.
    public static func == (left: Self, right: Self) -> Bool { left.text == right.text }
}

extension BoundLoginKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Everything but the nonce and the signature, which are left out.
    public var description: String {
        "$2$\(algorithm.rawValue)$\(keyID)$\(expires)$(redacted)$\(purposeText)@\(audience)$(redacted)"
    }
    /// The same as ``description``.
    public var debugDescription: String { description }
    /// Shows no children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
