import Crypto
import TestSupport
import Testing

@testable import WebAuthn

/// What nobody has thought of: nothing that is sent ends the process, and nothing that was changed is taken.
@Suite struct MutationTests {
    private static func mutate(_ bytes: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: bytes.indices, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
            case 4: bytes.removeSubrange(place...)
            default: bytes[place] = [0x00, 0x1B, 0x5B, 0x7F, 0x9B, 0xBB, 0xFF].randomElement(using: &generator) ?? 0
            }
        }
        return bytes
    }

    @Test func `100,000 changed inputs end nothing, and no changed assertion is taken`() throws {
        var generator = SeededGenerator(seed: 20)
        let key = SoftAuthenticator(.edDSA(Curve25519.Signing.PrivateKey()))
        let made = CeremonyTests.words { $0.type = "webauthn.create" }
        let used = CeremonyTests.words()
        let (object, signature) = (key.attestationObject(made), try key.sign(used))
        let expected = try CeremonyTests.expectation()
        let credential = Assertion.Credential(
            id: key.id,
            publicKey: key.publicKey,
            algorithm: key.algorithm,
            counter: 0
        )
        var taken = 0
        for number in 0..<50_000 {
            let registration = Registration(
                clientData: number % 4 == 0 ? Self.mutate(made.clientData, using: &generator) : made.clientData,
                attestationObject: number % 4 == 0 ? object : Self.mutate(object, using: &generator)
            )
            _ = try? registration.verify(expected)
            var parts = [used.clientData, used.authenticatorData(), signature]
            let before = parts
            parts[number % 3] = Self.mutate(parts[number % 3], using: &generator)
            let assertion = Assertion(
                credentialID: key.id,
                clientData: parts[0],
                authenticatorData: parts[1],
                signature: parts[2]
            )
            if parts != before, (try? assertion.verify(expected, by: credential)) != nil { taken += 1 }
        }
        #expect(taken == 0)
    }

    @Test func `100,000 changed public keys and values of CBOR end nothing`() throws {
        var generator = SeededGenerator(seed: 21)
        let key = SoftAuthenticator()
        let message = Array("message".utf8)
        let signature = try key.sign(message)
        for _ in 0..<100_000 {
            let bytes = Self.mutate(key.publicKey, using: &generator)
            _ = try? CBORReader.value(of: bytes)
            if bytes.count == key.publicKey.count, bytes != key.publicKey {
                #expect((try? CredentialPublicKey(parsing: bytes).isValid(signature, for: message)) != true)
            }
        }
    }
}
