internal import FoundationEssentials
internal import JWTKit
internal import LoginKey
internal import Synchronization

/// The public keys of somebody else's tokens: JWT in compact form, each key good for one algorithm only.
///
/// A token names its key by `kid`; its `alg` has to be the key's own, so that it chooses nothing (RFC 8725 section 3.1).
package struct VerificationKeys: Sendable {
    /// The algorithms that a key may be for: signatures that only the provider can make.
    package static let algorithms: Set = [
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
    ]
    /// The most keys that a set may have.
    package static let maximumCount = 32

    private struct Key: Sendable {
        let name: String
        let algorithm: any JWTAlgorithm
    }

    private let keys: [String: Key]

    private static let known = Mutex<[String: Self]>([:])
    private static let maximumKnown = 64

    /// The keys of a set that was read before, or that is read now and remembered: a request is no reason to read it anew.
    ///
    /// - Throws: ``KeySetError``, as ``init(keySet:)``.
    package static func of(keySet json: String) async throws(KeySetError) -> Self {
        if let keys = known.withLock({ $0[json] }) { return keys }
        let keys = try await Self(keySet: json)
        known.withLock { known in
            if known.count >= maximumKnown { known.removeAll() }
            known[json] = keys
        }
        return keys
    }

    /// Reads a JSON Web Key Set (RFC 7517).
    ///
    /// Every key that is meant for signatures needs a `kid` and an `alg` of ``algorithms``, and may hold nothing private.
    ///
    /// - Throws: ``KeySetError``, saying what is wrong.
    package init(keySet json: String) async throws(KeySetError) {
        let data = Data(json.utf8)
        guard let traits = try? JSONDecoder().decode(KeySet.self, from: data).keys, !traits.isEmpty else {
            throw KeySetError("it is no JSON Web Key Set: {\"keys\": [ … ]}")
        }
        guard traits.count <= Self.maximumCount else { throw KeySetError("it has more than \(Self.maximumCount) keys") }
        let set = try? JSONDecoder().decode(JWKS.self, from: data)
        var keys: [String: Key] = [:]
        for trait in traits where trait.isForSignatures {
            let name = try trait.checked()
            guard keys[name.kid] == nil else { throw KeySetError("two keys have the kid \"\(name.kid)\"") }
            keys[name.kid] = Key(name: name.alg, algorithm: try await Self.algorithm(set, name))
        }
        guard !keys.isEmpty else { throw KeySetError("none of its keys is meant for signatures") }
        self.keys = keys
    }

    private static func algorithm(
        _ set: JWKS?,
        _ name: (kid: String, alg: String)
    ) async throws(KeySetError) -> any JWTAlgorithm {
        do {
            guard let key = set?.keys.first(where: { $0.keyIdentifier?.string == name.kid }) else {
                throw KeySetError("the key \"\(name.kid)\" cannot be read")
            }
            let collection = try await JWTKeyCollection().add(jwk: key)
            return try await collection.getKey(for: JWKIdentifier(string: name.kid), alg: name.alg)
        } catch {
            throw KeySetError("the key \"\(name.kid)\" cannot be read")
        }
    }

    /// Checks header and signature of a token.
    ///
    /// - Parameter token: At most 16 KiB.
    /// - Returns: The payload, byte by byte.
    /// - Throws: ``TokenError/malformed`` or ``TokenError/wrongSignature``.
    package func payload(of token: String) throws(TokenError) -> [UInt8] {
        let parts = Array(token.utf8).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard token.utf8.count <= 16_384, parts.count == 3, let header = Base64URL.decode(parts[0]),
            let payload = Base64URL.decode(parts[1]), let signature = Base64URL.decode(parts[2]),
            let fields = try? JSONDecoder().decode(Header.self, from: Data(header)), fields.isPlain,
            let key = keys[fields.kid], key.name == fields.alg
        else { throw .malformed }
        let signed = parts[0] + [UInt8(ascii: ".")] + parts[1]
        guard (try? key.algorithm.verify(signature, signs: signed)) == true else { throw .wrongSignature }
        return payload
    }
}

/// What is wrong with a key set, in a sentence.
package struct KeySetError: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

private struct Header: Decodable {
    let alg: String
    let kid: String
    let typ: String?
    let crit: [String]?
    let b64: Bool?

    /// Nothing in it changes how the token is to be read (RFC 7515 section 4.1.11, RFC 7797).
    var isPlain: Bool {
        crit == nil && b64 == nil && ["jwt", "at+jwt", "application/at+jwt"].contains((typ ?? "jwt").lowercased())
    }
}

private struct KeySet: Decodable {
    let keys: [Traits]

    struct Traits: Decodable {
        let kid: String?
        let alg: String?
        let kty: String?
        let use: String?
        let d: String?
        let keyOperations: [String]?

        enum CodingKeys: String, CodingKey {
            case kid
            case alg
            case kty
            case use
            case d
            case keyOperations = "key_ops"
        }

        var isForSignatures: Bool {
            (use ?? "sig") == "sig" && (keyOperations ?? ["verify"]).contains("verify")
        }

        func checked() throws(KeySetError) -> (kid: String, alg: String) {
            guard let kid, !kid.isEmpty else { throw KeySetError("a key has no kid") }
            guard d == nil, kty != "oct" else {
                throw KeySetError("the key \"\(kid)\" is secret; hand in public keys only")
            }
            guard let alg, VerificationKeys.algorithms.contains(alg) else {
                throw KeySetError("the key \"\(kid)\" has no alg, or one that is not for signatures of a provider")
            }
            return (kid, alg)
        }
    }
}
