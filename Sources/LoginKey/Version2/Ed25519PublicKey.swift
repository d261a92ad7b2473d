internal import Crypto

/// The public half of a key pair that signs version 2 keys: whoever has it can check them and make none.
public struct Ed25519PublicKey: Sendable {
    /// The 32 bytes (RFC 8032 section 5.1.5).
    public let bytes: [UInt8]

    private let key: Curve25519.Signing.PublicKey

    /// Takes the 32 bytes of a key.
    ///
    /// - Throws: ``LoginKeyError/Code/malformedPublicKey`` for another length, and for the keys of small order, under
    ///   which anybody can make signatures.
    public init(bytes: [UInt8]) throws(LoginKeyError) {
        guard bytes.count == 32, !SmallOrder.contains(bytes),
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
        else { throw Self.malformed }
        self.bytes = bytes
        self.key = key
    }

    /// Reads a key as OpenSSL writes it (`openssl pkey -pubout`), or its 32 bytes in Base64 or base64url.
    ///
    /// - Throws: ``LoginKeyError/Code/malformedPublicKey``.
    public init(parsing text: String) throws(LoginKeyError) {
        let isPEM = text.utf8.contains(UInt8(ascii: "-")) && text.contains("-----")
        let bytes = isPEM ? PEM.content(of: text, label: "PUBLIC KEY", behind: PEM.publicKeyHead) : PEM.decode(text)
        guard let bytes else { throw Self.malformed }
        try self.init(bytes: bytes)
    }

    /// The key as OpenSSL reads it (RFC 8410).
    public var pem: String { PEM.text(PEM.publicKeyHead + bytes, label: "PUBLIC KEY") }

    func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        key.isValidSignature(signature, for: message)
    }

    private static var malformed: LoginKeyError {
        LoginKeyError(
            code: .malformedPublicKey,
            message:
                "an Ed25519 public key is a PEM file that begins with -----BEGIN PUBLIC KEY-----, or 32 bytes in Base64"
        )
    }
}

/// The points of small order: with one of them as a key, a signature fits many messages.
private enum SmallOrder {
    /// The y coordinates, without the sign bit; the last two are not reduced.
    private static let coordinates: [[UInt8]] = [
        [0] + [UInt8](repeating: 0, count: 31),
        [1] + [UInt8](repeating: 0, count: 31),
        [
            0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0,
            0xD5, 0xDF, 0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05,
        ],
        [
            0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F,
            0x2A, 0x20, 0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A,
        ],
        [0xEC] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
        [0xED] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
        [0xEE] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
    ]

    static func contains(_ bytes: [UInt8]) -> Bool {
        var coordinate = bytes
        coordinate[31] &= 0x7F
        return coordinates.contains(coordinate)
    }
}
