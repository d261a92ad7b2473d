internal import Crypto
internal import FoundationEssentials

/// Salesforce Canvas's `signed_request`: `base64(HMAC-SHA-256(consumer secret, body)) "." body`, body = base64 JSON.
///
/// The signature is checked over the text as it was received, in constant time, with HMAC-SHA-256 and nothing else:
/// the algorithm that the body names is never read. The organisation's id has to be read before the signature can be
/// checked, because it says whose secret to use; nothing else is believed before.
///
/// Source: `docs/protocol.md#canvas`; Salesforce's Canvas developer guide.
package struct SignedRequest: Sendable {
    /// The most bytes a signed request may have.
    package static let maximumByteCount = 32 * 1024

    private let signature: [UInt8]
    private let body: [UInt8]
    /// What the body says; to be believed only when ``isSigned(with:)``.
    let context: CanvasContext
    /// The frame; to be believed only when ``isSigned(with:)``.
    let frame: CanvasFrame?

    /// Reads a signed request; `nil` if it is not one.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.maximumByteCount, let dot = text.firstIndex(of: ".") else { return nil }
        let body = String(text[text.index(after: dot)...])
        guard let signature = Self.decode(text[..<dot]), signature.count == 32, let json = Self.decode(body),
            let envelope = try? JSONDecoder().decode(Envelope.self, from: json)
        else { return nil }
        self.signature = Array(signature)
        self.body = Array(body.utf8)
        self.context = envelope.context
        self.frame = envelope.client
    }

    /// Decodes Base64 in either alphabet (RFC 4648 sections 4 and 5), with padding or without.
    private static func decode(_ text: some StringProtocol) -> Data? {
        var standard = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        while standard.hasSuffix("=") {
            standard.removeLast()
        }
        return Data(base64Encoded: standard + String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4))
    }

    /// Whether the holder of a consumer secret has made it.
    func isSigned(with consumerSecret: String) -> Bool {
        let key = SymmetricKey(data: Array(consumerSecret.utf8))
        return HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: body, using: key)
    }

    /// What makes it the same as another, for the use policy: 32 bytes.
    var identity: [UInt8] { signature }

    /// Signs a body as Salesforce does.
    package static func sign(_ json: [UInt8], with consumerSecret: String) -> String {
        let body = Data(json).base64EncodedString()
        let key = SymmetricKey(data: Array(consumerSecret.utf8))
        let code = HMAC<SHA256>.authenticationCode(for: Array(body.utf8), using: key)
        return Data(code).base64EncodedString() + "." + body
    }

    private struct Envelope: Decodable {
        let context: CanvasContext
        let client: CanvasFrame?
    }
}
