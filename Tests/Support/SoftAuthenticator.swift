package import Crypto
package import CryptoExtras
internal import Foundation

/// A security key in software, with a browser before it, written from the specification and from nothing of ours.
///
/// What it says can be changed before it is said, to be wrong in one point.
package struct SoftAuthenticator: Sendable {
    /// How it signs.
    package enum Key: Sendable {
        case es256(P256.Signing.PrivateKey)
        case edDSA(Curve25519.Signing.PrivateKey)
        case rs256(_RSA.Signing.PrivateKey)
    }

    /// What it says of itself and of the page.
    package struct Words: Sendable {
        package var type = "webauthn.get"
        package var challenge: [UInt8]
        package var origin = "https://support.example"
        package var host = "support.example"
        /// Of the client data, behind the origin.
        package var more = #","crossOrigin":false"#
        /// User present.
        package var flags: UInt8 = 0x01
        package var counter: UInt32 = 1
        /// Behind the authenticator data.
        package var tail: [UInt8] = []

        package init(challenge: [UInt8]) { self.challenge = challenge }

        package var clientData: [UInt8] {
            let challenge = Data(challenge).base64EncodedString()
                .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
            return Array(#"{"type":"\#(type)","challenge":"\#(challenge)","origin":"\#(origin)"\#(more)}"#.utf8)
        }

        /// Authenticator data, with what is attested.
        package func authenticatorData(_ attested: [UInt8] = []) -> [UInt8] {
            var data = Array(SHA256.hash(data: Array(host.utf8)))
            data.append(flags | (attested.isEmpty ? 0 : 0x40))
            for shift in [24, 16, 8, 0] as [UInt32] { data.append(UInt8(truncatingIfNeeded: counter >> shift)) }
            data += attested
            data += tail
            return data
        }
    }

    package let key: Key
    package var id: [UInt8]

    package init(_ key: Key = .es256(P256.Signing.PrivateKey()), id: [UInt8]? = nil) {
        self.key = key
        self.id = id ?? (0..<32).map { _ in UInt8.random(in: 0...255) }
    }

    /// The number of its algorithm.
    package var algorithm: Int64 {
        switch key {
        case .es256: -7
        case .edDSA: -8
        case .rs256: -257
        }
    }

    /// Its public key, as `COSE_Key`.
    package var publicKey: [UInt8] {
        switch key {
        case .es256(let key):
            let point = Array(key.publicKey.rawRepresentation)
            return CBOR.joined(
                [0xA5, 1, 2, 3, 0x26, 0x20, 1, 0x21],
                CBOR.bytes(Array(point[..<32])),
                [0x22],
                CBOR.bytes(Array(point[32...]))
            )
        case .edDSA(let key):
            let point = Array(key.publicKey.rawRepresentation)
            return CBOR.joined([0xA4, 1, 1, 3, 0x27, 0x20, 6, 0x21], CBOR.bytes(point))
        case .rs256(let key):
            let modulus = (try? key.publicKey.getKeyPrimitives()).map { Array($0.modulus) } ?? []
            return CBOR.joined([0xA4, 1, 3, 3, 0x39, 1, 0, 0x20], CBOR.bytes(modulus), [0x21, 0x43, 1, 0, 1])
        }
    }

    /// What is attested of a new credential, with this key in place of its own.
    package func attested(_ publicKey: [UInt8]? = nil) -> [UInt8] {
        var attested = [UInt8](repeating: 0, count: 16)
        attested.append(UInt8(id.count >> 8))
        attested.append(UInt8(id.count & 255))
        attested += id
        attested += publicKey ?? self.publicKey
        return attested
    }

    /// The attestation object of a new credential.
    package func attestationObject(_ words: Words, _ publicKey: [UInt8]? = nil) -> [UInt8] {
        CBOR.attestation(words.authenticatorData(attested(publicKey)))
    }

    /// Signs what is said.
    package func sign(_ words: Words) throws -> [UInt8] {
        try sign(words.authenticatorData() + Array(SHA256.hash(data: words.clientData)))
    }

    /// Signs a message.
    package func sign(_ message: [UInt8]) throws -> [UInt8] {
        switch key {
        case .es256(let key): Array(try key.signature(for: SHA256.hash(data: message)).derRepresentation)
        case .edDSA(let key): Array(try key.signature(for: message))
        case .rs256(let key):
            Array(try key.signature(for: SHA256.hash(data: message), padding: .insecurePKCS1v1_5).rawRepresentation)
        }
    }
}

/// Writes CBOR.
package enum CBOR {
    package static func head(_ kind: UInt8, _ count: Int) -> [UInt8] {
        switch count {
        case ..<24: [kind << 5 | UInt8(count)]
        case ..<256: [kind << 5 | 24, UInt8(count)]
        default: [kind << 5 | 25, UInt8(count >> 8), UInt8(count & 255)]
        }
    }

    package static func bytes(_ bytes: [UInt8]) -> [UInt8] { head(2, bytes.count) + bytes }

    package static func text(_ text: String) -> [UInt8] { head(3, text.utf8.count) + Array(text.utf8) }

    package static func joined(_ parts: [UInt8]...) -> [UInt8] { parts.flatMap(\.self) }

    package static func attestation(_ authenticatorData: [UInt8]) -> [UInt8] {
        joined(
            [0xA3],
            text("fmt"),
            text("none"),
            text("attStmt"),
            [0xA0],
            text("authData"),
            bytes(authenticatorData)
        )
    }
}
