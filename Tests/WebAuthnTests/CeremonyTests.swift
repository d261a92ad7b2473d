import Crypto
import CryptoExtras
import TestSupport
import Testing
import WireCodec

@testable import WebAuthn

/// Both ceremonies, with an authenticator in software (`docs/passwords.md#security-keys`).
@Suite struct CeremonyTests {
    static let challenge = Array("0123456789abcdef0123456789abcdef".utf8)
    private static let keys: [SoftAuthenticator] = {
        var keys: [SoftAuthenticator.Key] = [
            .es256(P256.Signing.PrivateKey()), .edDSA(Curve25519.Signing.PrivateKey()),
        ]
        if let rsa = try? _RSA.Signing.PrivateKey(keySize: .bits2048) { keys.append(.rs256(rsa)) }
        return keys.map { SoftAuthenticator($0) }
    }()

    static func expectation(verified: Bool = false) throws -> WebAuthn.Expectation {
        WebAuthn.Expectation(
            challenge: challenge,
            relyingParty: try #require(ServerURL("https://support.example").flatMap(RelyingParty.init)),
            requiresUserVerification: verified
        )
    }

    static func words(_ change: (inout SoftAuthenticator.Words) -> Void = { _ in }) -> SoftAuthenticator.Words {
        var words = SoftAuthenticator.Words(challenge: challenge)
        change(&words)
        return words
    }

    private func register(
        _ authenticator: SoftAuthenticator = SoftAuthenticator(),
        publicKey: [UInt8]? = nil,
        verified: Bool = false,
        _ change: (inout SoftAuthenticator.Words) -> Void = { _ in }
    ) throws -> Registration.Credential {
        let words = Self.words {
            $0.type = "webauthn.create"
            change(&$0)
        }
        return try Registration(
            clientData: words.clientData,
            attestationObject: authenticator.attestationObject(words, publicKey)
        )
        .verify(Self.expectation(verified: verified))
    }

    private func assert(
        _ authenticator: SoftAuthenticator,
        counter: UInt32 = 0,
        algorithm: Int64? = nil,
        publicKey: [UInt8]? = nil,
        verified: Bool = false,
        _ change: (inout SoftAuthenticator.Words) -> Void = { _ in },
        signature: (inout [UInt8]) -> Void = { _ in }
    ) throws -> UInt32 {
        let words = Self.words(change)
        var signed = try authenticator.sign(words)
        signature(&signed)
        return try Assertion(
            credentialID: authenticator.id,
            clientData: words.clientData,
            authenticatorData: words.authenticatorData(),
            signature: signed
        )
        .verify(
            Self.expectation(verified: verified),
            by: .init(
                id: authenticator.id,
                publicKey: publicKey ?? authenticator.publicKey,
                algorithm: algorithm ?? authenticator.algorithm,
                counter: counter
            )
        )
    }

    @Test(arguments: keys)
    func `takes a new credential of each algorithm, and what it signs`(_ key: SoftAuthenticator) throws {
        let credential = try register(key)
        #expect(credential.id == key.id && credential.counter == 1)
        #expect(credential.publicKey.bytes == key.publicKey)
        #expect(credential.publicKey.algorithm.rawValue == key.algorithm)
        #expect(try assert(key) == 1)
        #expect(try assert(key, verified: true) { $0.flags = 0x05 } == 1)
    }

    @Test func `has all three algorithms in hand`() {
        #expect(Self.keys.map(\.algorithm) == [-7, -8, -257])
    }

    /// What is wrong in one point, in either ceremony.
    static let mistakes: [(String, WebAuthnError, @Sendable (inout SoftAuthenticator.Words) -> Void)] = [
        ("other origin", .wrongOrigin, { $0.origin = "https://support.example.evil.example" }),
        ("other scheme", .wrongOrigin, { $0.origin = "http://support.example" }),
        ("other port", .wrongOrigin, { $0.origin = "https://support.example:8443" }),
        ("origin in other letters", .wrongOrigin, { $0.origin = "https://SUPPORT.example" }),
        ("origin of a subdomain", .wrongOrigin, { $0.origin = "https://a.support.example" }),
        ("other host", .wrongRelyingParty, { $0.host = "example" }),
        ("foreign challenge", .wrongChallenge, { $0.challenge[0] ^= 1 }),
        ("no challenge", .wrongChallenge, { $0.challenge = [] }),
        ("longer challenge", .wrongChallenge, { $0.challenge.append(0) }),
        ("framed", .crossOrigin, { $0.more = #","crossOrigin":true"# }),
        ("framed by", .crossOrigin, { $0.more = #","topOrigin":"https://evil.example""# }),
        ("half framed", .malformedClientData, { $0.more = #","crossOrigin":"false""# }),
        ("origin twice", .malformedClientData, { $0.more = #","origin":"https://evil.example""# }),
        ("nobody there", .userNotPresent, { $0.flags = 0 }),
        ("verified only", .userNotPresent, { $0.flags = 0x04 }),
        ("backed up and not to be", .malformedAuthenticatorData, { $0.flags = 0x11 }),
        ("extensions that are not there", .malformedCBOR, { $0.flags = 0x81 }),
        ("extensions that are no map", .malformedAuthenticatorData, { ($0.flags, $0.tail) = (0x81, [0x01]) }),
        ("a byte behind", .malformedAuthenticatorData, { $0.tail = [0] }),
        ("a byte behind extensions", .malformedAuthenticatorData, { ($0.flags, $0.tail) = (0x81, [0xA0, 0]) }),
    ]

    @Test(arguments: mistakes.indices)
    func `refuses what is wrong in one point`(_ index: Int) throws {
        let (name, error, change) = Self.mistakes[index]
        #expect(throws: error, "\(name), new") { _ = try register(Self.keys[0], change) }
        for key in Self.keys {
            #expect(throws: error, "\(name), \(key.algorithm)") { _ = try assert(key, change) }
        }
    }

    @Test func `tells the ceremonies apart`() throws {
        #expect(throws: WebAuthnError.wrongType) { _ = try register { $0.type = "webauthn.get" } }
        #expect(throws: WebAuthnError.wrongType) { _ = try assert(Self.keys[0]) { $0.type = "webauthn.create" } }
        // What was attested is no assertion, though it is signed.
        let (key, words) = (Self.keys[1], Self.words { $0.flags = 0x41 })
        let data = words.authenticatorData(key.attested())
        let assertion = Assertion(
            credentialID: key.id,
            clientData: words.clientData,
            authenticatorData: data,
            signature: try key.sign(data + Array(SHA256.hash(data: words.clientData)))
        )
        #expect(throws: WebAuthnError.malformedAuthenticatorData) {
            _ = try assertion.verify(
                Self.expectation(),
                by: .init(id: key.id, publicKey: key.publicKey, algorithm: key.algorithm, counter: 0)
            )
        }
    }

    @Test func `asks who it is where it has to`() throws {
        #expect(throws: WebAuthnError.userNotVerified) { _ = try register(verified: true) }
        #expect(throws: WebAuthnError.userNotVerified) { _ = try assert(Self.keys[0], verified: true) }
        #expect(try register(verified: true) { $0.flags = 0x05 }.counter == 1)
    }

    @Test func `a counter only goes on, and none at all is a counter too`() throws {
        let key = Self.keys[0]
        #expect(try assert(key, counter: 6) { $0.counter = 7 } == 7)
        #expect(try assert(key, counter: 0) { $0.counter = 0 } == 0)
        #expect(try assert(key, counter: .max - 1) { $0.counter = .max } == .max)
        for (known, said) in [(7, 7), (7, 6), (7, 0), (UInt32.max, 1)] as [(UInt32, UInt32)] {
            #expect(throws: WebAuthnError.counterWentBack) { _ = try assert(key, counter: known) { $0.counter = said } }
        }
    }

    @Test func `another user's credential signs nothing for this one`() throws {
        let (mine, other) = (Self.keys[0], SoftAuthenticator())
        #expect(throws: WebAuthnError.wrongSignature) { _ = try assert(mine, publicKey: other.publicKey) }
        let words = Self.words()
        let assertion = Assertion(
            credentialID: other.id,
            clientData: words.clientData,
            authenticatorData: words.authenticatorData(),
            signature: try other.sign(words)
        )
        #expect(throws: WebAuthnError.wrongCredential) {
            _ = try assertion.verify(
                Self.expectation(),
                by: .init(id: mine.id, publicKey: mine.publicKey, algorithm: mine.algorithm, counter: 0)
            )
        }
    }

    @Test func `an algorithm is the one that was registered`() throws {
        for key in Self.keys {
            for other in Self.keys where other.algorithm != key.algorithm {
                #expect(throws: WebAuthnError.malformedPublicKey) { _ = try assert(key, algorithm: other.algorithm) }
                #expect(throws: WebAuthnError.wrongSignature) {
                    _ = try assert(key, algorithm: other.algorithm, publicKey: other.publicKey)
                }
            }
        }
    }

    @Test func `a signature is whole and has nothing behind it`() throws {
        for key in Self.keys {
            let changes: [(inout [UInt8]) -> Void] = [
                { $0.append(0) }, { $0.insert(0, at: 0) }, { $0.removeLast() }, { $0 = [] }, { $0[$0.count - 1] ^= 1 },
            ]
            for change in changes {
                #expect(throws: WebAuthnError.wrongSignature) { _ = try assert(key, signature: change) }
            }
        }
        // A byte behind, inside of the sequence.
        #expect(throws: WebAuthnError.wrongSignature) {
            _ = try assert(
                Self.keys[0],
                signature: {
                    $0[1] += 1
                    $0.append(0)
                }
            )
        }
    }

    @Test func `a credential's name has a length`() throws {
        func key(_ count: Int) -> SoftAuthenticator {
            SoftAuthenticator(.edDSA(Curve25519.Signing.PrivateKey()), id: [UInt8](repeating: 7, count: count))
        }
        #expect(try register(key(1)).id.count == 1)
        #expect(try register(key(1023)).id.count == 1023)
        for count in [0, 1024, 4000] {
            #expect(throws: WebAuthnError.malformedAuthenticatorData) { _ = try register(key(count)) }
        }
    }

    @Test(arguments: keys)
    func `a public key is whole, and has nothing behind or beside it`(_ key: SoftAuthenticator) throws {
        let bytes = key.publicKey
        #expect(try CredentialPublicKey(parsing: bytes).bytes == bytes)
        for end in bytes.indices {
            #expect(throws: WebAuthnError.malformedCBOR) { _ = try CredentialPublicKey(parsing: Array(bytes[..<end])) }
        }
        #expect(throws: WebAuthnError.malformedCBOR) { _ = try CredentialPublicKey(parsing: bytes + [0]) }
        #expect(throws: WebAuthnError.malformedAuthenticatorData) { _ = try register(key, publicKey: bytes + [0]) }
        // A member more: the key's id.
        let longer = [bytes[0] + 1] + bytes.dropFirst() + [2, 0x41, 7]
        #expect(throws: WebAuthnError.malformedPublicKey) { _ = try CredentialPublicKey(parsing: longer) }
        // The algorithm once more.
        let twice = [bytes[0] + 1] + bytes.dropFirst() + [3, 0x26]
        #expect(throws: WebAuthnError.malformedCBOR) { _ = try CredentialPublicKey(parsing: twice) }
    }

    @Test func `a public key is of a kind that is offered, and on its curve`() throws {
        var ecdsa = Self.keys[0].publicKey
        ecdsa[4] = 0x38  // −256 and on: ES384 is −35.
        ecdsa.insert(34, at: 5)
        #expect(throws: WebAuthnError.unsupportedAlgorithm) { _ = try CredentialPublicKey(parsing: ecdsa) }
        let places: [(key: Int, place: Int)] = [(0, 2), (0, 6), (1, 2), (1, 6), (2, 2), (0, 30)]
        for (key, place) in places {
            var bytes = Self.keys[key].publicKey
            bytes[place] ^= 1
            #expect(throws: WebAuthnError.malformedPublicKey, "\(key) \(place)") {
                _ = try CredentialPublicKey(parsing: bytes)
            }
        }
        // An exponent of 3, and a modulus of 1,024 bits.
        var small = Self.keys[2].publicKey
        small.replaceSubrange((small.count - 4)..., with: [0x41, 3])
        #expect(throws: WebAuthnError.malformedPublicKey) { _ = try CredentialPublicKey(parsing: small) }
        let short = CBOR.joined(
            [0xA4, 1, 3, 3, 0x39, 1, 0, 0x20],
            CBOR.bytes([UInt8](repeating: 0xC5, count: 128)),
            [0x21, 0x43, 1, 0, 1]
        )
        #expect(throws: WebAuthnError.malformedPublicKey) { _ = try CredentialPublicKey(parsing: short) }
    }

    @Test func `what is cut off anywhere is refused`() throws {
        let (key, words) = (Self.keys[0], Self.words { $0.type = "webauthn.create" })
        let (client, object) = (words.clientData, key.attestationObject(words))
        func verify(_ client: [UInt8], _ object: [UInt8]) throws {
            _ = try Registration(clientData: client, attestationObject: object).verify(Self.expectation())
        }
        try verify(client, object)
        for end in client.indices {
            #expect(throws: WebAuthnError.malformedClientData) { try verify(Array(client[..<end]), object) }
        }
        for end in object.indices {
            #expect(throws: WebAuthnError.malformedCBOR) { try verify(client, Array(object[..<end])) }
        }
        #expect(throws: WebAuthnError.malformedCBOR) { try verify(client, object + [0]) }
        // Inside of the object, too.
        let data = words.authenticatorData(key.attested())
        for end in data.indices {
            #expect(throws: WebAuthnError.self) { try verify(client, CBOR.attestation(Array(data[..<end]))) }
        }
        let signed = Self.words()
        for end in signed.authenticatorData().indices {
            let assertion = Assertion(
                credentialID: key.id,
                clientData: signed.clientData,
                authenticatorData: Array(signed.authenticatorData()[..<end]),
                signature: try key.sign(signed)
            )
            #expect(throws: WebAuthnError.malformedAuthenticatorData) {
                _ = try assertion.verify(
                    Self.expectation(),
                    by: .init(id: key.id, publicKey: key.publicKey, algorithm: -7, counter: 0)
                )
            }
        }
    }

    @Test func `an attestation object has what it needs, each once, and statements are left alone`() throws {
        let (key, words) = (Self.keys[0], Self.words { $0.type = "webauthn.create" })
        let data = CBOR.joined(CBOR.text("authData"), CBOR.bytes(words.authenticatorData(key.attested())))
        let format = CBOR.joined(CBOR.text("fmt"), CBOR.text("none"))
        let statement = CBOR.joined(CBOR.text("attStmt"), [0xA0])
        func verify(_ object: [UInt8]) throws {
            _ = try Registration(clientData: words.clientData, attestationObject: object).verify(Self.expectation())
        }
        let packed = CBOR.joined(
            CBOR.text("attStmt"),
            [0xA2],
            CBOR.text("alg"),
            [0x26],
            CBOR.text("x5c"),
            [0x81, 0x41, 0]
        )
        try verify(CBOR.joined([0xA3], CBOR.text("fmt"), CBOR.text("packed"), packed, data))
        let parts: [[[UInt8]]] = [[format, data], [statement, data], [format, statement], []]
        for parts in parts {
            let object = [0xA0 + UInt8(parts.count)] + parts.flatMap(\.self)
            #expect(throws: WebAuthnError.malformedAttestation) { try verify(object) }
        }
        #expect(throws: WebAuthnError.malformedAttestation) { try verify([0x01]) }
        #expect(throws: WebAuthnError.malformedCBOR) {
            try verify(CBOR.joined([0xA4], format, statement, data, data))
        }
        #expect(throws: WebAuthnError.malformedAttestation) {
            try verify(CBOR.attestation(words.authenticatorData()))
        }
    }

    @Test func `an installation at an address has no security keys`() {
        for origin in [
            "https://192.0.2.1", "http://127.0.0.1:8080", "http://[::1]:8080", "support.example", "https://",
        ] {
            #expect(ServerURL(origin).flatMap(RelyingParty.init) == nil, "\(origin)")
        }
        #expect(ServerURL("http://localhost:8080").flatMap(RelyingParty.init)?.id == "localhost")
        #expect(ServerURL("https://support.example").flatMap(RelyingParty.init)?.id == "support.example")
    }
}
