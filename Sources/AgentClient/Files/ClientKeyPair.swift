internal import Crypto
internal import Foundation
internal import LoginKey
internal import WireProtocol

/// The client's own key (Ed25519): made at first start, kept in a file of mode 0600.
struct ClientKeyPair: Sendable {
    private let privateKey: Curve25519.Signing.PrivateKey

    /// The public key in 43 base64url characters.
    let publicKey: String

    /// Reads the key, or makes one if there is no file.
    init(file: URL) throws {
        if !FileManager.default.fileExists(atPath: file.path) { try Self.create(file) }
        let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
        guard let permissions = attributes[.posixPermissions] as? NSNumber, permissions.intValue & 0o077 == 0 else {
            throw ClientError("\(file.path) is readable by others; remove it, a new one is made")
        }
        let text = String(decoding: try Data(contentsOf: file), as: UTF8.self).trimmingCharacters(in: .newlines)
        guard let data = Data(base64Encoded: text),
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: data)
        else { throw ClientError("\(file.path) is damaged; remove it, a new one is made") }
        privateKey = key
        var bytes = InlineArray<32, UInt8>(repeating: 0)
        for (index, byte) in key.publicKey.rawRepresentation.enumerated() {
            bytes[index] = byte
        }
        publicKey = Base64URL.text(of: bytes)
    }

    /// The proof for a ticket: 64 bytes in Base64.
    func proof(for ticket: String) throws -> String {
        try privateKey.signature(for: ClientProofText.bytes(ticket: ticket)).base64EncodedString()
    }

    /// Written to another file and moved into place: a client that dies here leaves no half key.
    private static func create(_ file: URL) throws {
        let text = Curve25519.Signing.PrivateKey().rawRepresentation.base64EncodedString() + "\n"
        let temporary = file.appendingPathExtension("new")
        try? FileManager.default.removeItem(at: temporary)
        let isMade = FileManager.default.createFile(
            atPath: temporary.path,
            contents: Data(text.utf8),
            attributes: [.posixPermissions: 0o600]
        )
        guard isMade else { throw ClientError("\(temporary.path) cannot be written") }
        try FileManager.default.moveItem(at: temporary, to: file)
    }
}
