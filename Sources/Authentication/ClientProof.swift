package import Accounts
internal import Crypto
internal import FoundationEssentials
internal import LoginKey
internal import WireProtocol

/// A launch ticket in the hands of a client: its public key, and its signature over the ticket.
package struct ClientProof: Sendable {
    /// The ticket, as it was in the URL.
    package let ticket: String
    /// Which client presents it.
    package let key: ClientKey
    private let signature: [UInt8]

    /// Reads a proof.
    ///
    /// - Parameters:
    ///   - ticket: At most 1,024 bytes.
    ///   - key: 43 base64url characters.
    ///   - signature: 64 bytes in Base64.
    init?(ticket: String, key: String, signature: String) {
        guard ticket.utf8.count <= 1024, let key = ClientKey(key), signature.utf8.count == 88,
            let bytes = Data(base64Encoded: signature), bytes.count == 64
        else { return nil }
        self.ticket = ticket
        self.key = key
        self.signature = Array(bytes)
    }

    /// Whether the signer has the private key (Ed25519, RFC 8032).
    var isValid: Bool {
        guard let bytes = Base64URL.bytes(of: key.text.utf8.span),
            let publicKey = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes.indices.map { bytes[$0] })
        else { return false }
        return publicKey.isValidSignature(signature, for: ClientProofText.bytes(ticket: ticket))
    }
}
