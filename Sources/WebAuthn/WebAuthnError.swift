/// Tells why what an authenticator or a browser has sent is not taken.
///
/// It holds nothing of what was sent, and nothing of what would have been right.
package struct WebAuthnError: Error, Hashable, Sendable, CustomStringConvertible {
    private enum Name: String {
        case malformedCBOR
        case malformedClientData
        case malformedAttestation
        case malformedAuthenticatorData
        case malformedPublicKey
        case unsupportedAlgorithm
        case wrongType
        case wrongChallenge
        case wrongOrigin
        case crossOrigin
        case wrongRelyingParty
        case userNotPresent
        case userNotVerified
        case wrongCredential
        case wrongSignature
        case counterWentBack
    }

    private let name: Name

    private init(_ name: Name) {
        self.name = name
    }

    /// The code in lower camel case.
    package var description: String { name.rawValue }

    /// It is no CBOR of the kind that authenticators send.
    package static let malformedCBOR = Self(.malformedCBOR)
    /// The client data is too long, no JSON object, or lacks a member.
    package static let malformedClientData = Self(.malformedClientData)
    /// The attestation object lacks a member, or has one of another kind.
    package static let malformedAttestation = Self(.malformedAttestation)
    /// The authenticator data is too short or too long, or its flags do not fit what it holds.
    package static let malformedAuthenticatorData = Self(.malformedAuthenticatorData)
    /// The public key is not valid, or has members that it may not have.
    package static let malformedPublicKey = Self(.malformedPublicKey)
    /// The public key is for an algorithm that is not offered.
    package static let unsupportedAlgorithm = Self(.unsupportedAlgorithm)
    /// What was signed is for the other ceremony.
    package static let wrongType = Self(.wrongType)
    /// What was signed is for another challenge.
    package static let wrongChallenge = Self(.wrongChallenge)
    /// The page that has asked is not ours.
    package static let wrongOrigin = Self(.wrongOrigin)
    /// The page that has asked was in a frame of somebody else's.
    package static let crossOrigin = Self(.crossOrigin)
    /// The credential is for another host.
    package static let wrongRelyingParty = Self(.wrongRelyingParty)
    /// Nobody has touched the authenticator.
    package static let userNotPresent = Self(.userNotPresent)
    /// The authenticator was to ask who it is, and has not.
    package static let userNotVerified = Self(.userNotVerified)
    /// The credential is another than the one that has signed.
    package static let wrongCredential = Self(.wrongCredential)
    /// The signature is not the credential's over these data.
    package static let wrongSignature = Self(.wrongSignature)
    /// The authenticator has counted fewer uses than it had: there may be a copy of it.
    package static let counterWentBack = Self(.counterWentBack)
}
