internal import Crypto

/// What a sign-in depends on: it ends when that does (`docs/threats.md#rotation`, `docs/threats.md#password-reset`).
package enum SignInRoot: Hashable, Sendable {
    /// The API key that its LoginKey was made with.
    case apiKey(APIKeyRecord.ID)
    /// A password, by what follows from its hash.
    case password(PasswordMark)

    /// Reads what ``number`` has printed; `nil` for 0.
    package init?(number: Int64) {
        switch number {
        case 0: return nil
        case ..<0: self = .password(PasswordMark(number: number))
        default: self = .apiKey(APIKeyRecord.ID(number))
        }
    }

    /// The number in tokens: an API key's own, which is positive, or a negative one.
    package var number: Int64 {
        switch self {
        case .apiKey(let id): id.number
        case .password(let mark): mark.number
        }
    }
}

/// What follows from a user's password hash: a new password has another one, even if it is spelled like the old one.
package struct PasswordMark: Hashable, Sendable {
    /// A negative number: 63 bits of SHA-256.
    package let number: Int64

    fileprivate init(number: Int64) {
        self.number = number
    }

    /// The mark of a password.
    package init(_ hash: PasswordHash) {
        let bits = SHA256.hash(data: Array(hash.text.utf8)).prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        self.number = Int64(bitPattern: bits | 1 << 63)
    }
}
