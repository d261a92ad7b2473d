/// Tells why a LoginKey, or one of the values it is made from, could not be used.
///
/// Two errors are equal when their codes are equal; `message` and `cause` are for people. No error holds a key,
/// a signature or an expected value, so `description` is safe to show and to log.
public struct LoginKeyError: Error, Sendable {
    /// What went wrong, for programs.
    public let code: Code

    /// What went wrong, for people.
    public let message: String

    /// The error that led to this one.
    public let cause: (any Error)?

    /// Makes an error.
    public init(code: Code, message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }
}

extension LoginKeyError: Equatable {
    /// Compares the codes only.
    public static func == (left: Self, right: Self) -> Bool {
        left.code == right.code
    }
}

extension LoginKeyError: CustomStringConvertible {
    /// The message, without any secret.
    public var description: String { message }
}

extension LoginKeyError {
    /// The kinds of failure.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Name: String {
            case malformedPartnerID
            case malformedPartnerUserID
            case malformedUsername
            case malformedAPIKey
            case unsupportedVersion
            case malformedExpiry
            case malformedSignature
            case missingCredentials
            case conflictingCredentials
            case lifetimeOutOfRange
            case signatureMismatch
            case expired
            case expiresTooLate
            case malformedAlgorithm
            case malformedKeyID
            case malformedNonce
            case malformedPurpose
            case malformedAudience
            case malformedPublicKey
            case malformedPrivateKey
            case wrongAlgorithm
            case wrongAudience
            case wrongCommand
            case wrongSession
        }

        private let name: Name

        /// The code in lower camel case, as used in logs and audit events.
        public var description: String { name.rawValue }

        /// The PartnerId is not 1 to 10 ASCII digits.
        public static let malformedPartnerID = Self(name: .malformedPartnerID)
        /// The PartnerUserId is empty, longer than 255 Unicode scalars, or not UTF-8.
        public static let malformedPartnerUserID = Self(name: .malformedPartnerUserID)
        /// The user name is empty, longer than 255 bytes or has characters that a user name cannot have.
        public static let malformedUsername = Self(name: .malformedUsername)
        /// The API key is empty or longer than 1,024 bytes.
        public static let malformedAPIKey = Self(name: .malformedAPIKey)
        /// The text does not begin with `$1$`, or `$2$` where that is read.
        public static let unsupportedVersion = Self(name: .unsupportedVersion)
        /// The expiry is not ten ASCII digits of which the first is not 0, followed by `$`.
        public static let malformedExpiry = Self(name: .malformedExpiry)
        /// The signature is not the one canonical spelling of 32 bytes as 43 base64url characters.
        public static let malformedSignature = Self(name: .malformedSignature)
        /// A needed field is not there.
        public static let missingCredentials = Self(name: .missingCredentials)
        /// The LoginKey is given in more than one way, and the ways differ.
        public static let conflictingCredentials = Self(name: .conflictingCredentials)
        /// The lifetime asked for is not 1 to 86,400 seconds, or the expiry has no ten-digit spelling.
        public static let lifetimeOutOfRange = Self(name: .lifetimeOutOfRange)
        /// The signature was not made with this API key for this PartnerId and PartnerUserId.
        public static let signatureMismatch = Self(name: .signatureMismatch)
        /// The key's expiry is now or in the past.
        public static let expired = Self(name: .expired)
        /// The key's expiry lies more than one day (and the clock tolerance) ahead.
        public static let expiresTooLate = Self(name: .expiresTooLate)
        /// The algorithm of a version 2 key is neither `HS256` nor `Ed25519`.
        public static let malformedAlgorithm = Self(name: .malformedAlgorithm)
        /// The key id of a version 2 key is not 1 to 18 digits of which the first is not 0.
        public static let malformedKeyID = Self(name: .malformedKeyID)
        /// The nonce of a version 2 key is not 16 to 32 bytes in canonical base64url.
        public static let malformedNonce = Self(name: .malformedNonce)
        /// A command is unknown, or a session key is missing, malformed or not allowed for it.
        public static let malformedPurpose = Self(name: .malformedPurpose)
        /// An audience is not 1 to 255 of `a-z 0-9 . - : [ ]`.
        public static let malformedAudience = Self(name: .malformedAudience)
        /// A public key is not 32 bytes in one of the forms that are read, or of small order.
        public static let malformedPublicKey = Self(name: .malformedPublicKey)
        /// A private key is not in the form that is read.
        public static let malformedPrivateKey = Self(name: .malformedPrivateKey)
        /// The version 2 key is signed in another way than the group's key with its id checks.
        public static let wrongAlgorithm = Self(name: .wrongAlgorithm)
        /// The version 2 key is for another server.
        public static let wrongAudience = Self(name: .wrongAudience)
        /// The version 2 key is for another command than the request's.
        public static let wrongCommand = Self(name: .wrongCommand)
        /// The version 2 key is for another session than the request's.
        public static let wrongSession = Self(name: .wrongSession)
    }
}
