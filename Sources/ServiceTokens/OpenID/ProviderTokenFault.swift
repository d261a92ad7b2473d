/// What is wrong with a provider's token, in words for the audit: none of them is the token's own.
///
/// The further a check has come, the greater the fault.
package enum ProviderTokenFault: Int, Error, Comparable, CustomStringConvertible {
    /// No connected provider has its `iss`.
    case unknownIssuer
    /// It is no JWT of three parts in base64url, of at most 16 KiB, or says nothing of who made it and for whom.
    case notAToken
    /// Its header changes how it is to be read (RFC 7515 section 4.1.11, RFC 7797), or says that it is for something else.
    case extendedHeader
    /// `alg` is `none`, an HMAC algorithm or unknown: others than the provider could make such a signature.
    case unusableAlgorithm
    /// The stored keys cannot be read.
    case unreadableKeys
    /// The provider has no such key, or `kid` is missing and several fit.
    case unknownKey
    /// The signature is not the key's.
    case wrongSignature
    /// `iss`, `aud` or `exp` is missing, or of another type.
    case missingClaims
    /// `iss` is not the provider's.
    case otherIssuer
    /// `aud` has others, or nobody.
    case otherAudience

    /// Whether the check of one has come less far than that of the other.
    package static func < (one: Self, other: Self) -> Bool {
        one.rawValue < other.rawValue
    }

    /// Whether a key that the provider has published since could make it good.
    package var mayBeOfNewKey: Bool {
        self == .unknownKey || self == .wrongSignature
    }

    package var description: String {
        switch self {
        case .unknownIssuer: "no provider with its iss is connected"
        case .notAToken: "it is not a JWT with iss, aud and exp"
        case .extendedHeader: "its header has crit or b64, or a typ that is not JWT"
        case .unusableAlgorithm: "its alg is not an allowed signature algorithm"
        case .unreadableKeys: "the provider's keys cannot be read"
        case .unknownKey: "no key of the provider has its kid and alg"
        case .wrongSignature: "the provider's key has not signed it"
        case .missingClaims: "iss, aud or exp is missing"
        case .otherIssuer: "iss does not match"
        case .otherAudience: "aud does not match"
        }
    }
}
