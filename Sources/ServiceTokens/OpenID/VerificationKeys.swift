internal import FoundationEssentials
internal import JWTKit
internal import LoginKey
internal import Synchronization
internal import WireCodec

/// The public keys of somebody else's tokens: JWT in compact form, each key good for one algorithm only.
///
/// A token names its key by `kid`, or only one key fits; its `alg` has to be the key's own, so that it chooses nothing
/// (RFC 8725 section 3.1).
package struct VerificationKeys: Sendable {
    /// The algorithms that a key may be for: signatures that only the provider can make.
    package static let algorithms: Set = [
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
    ]
    /// The most keys that a set may have.
    package static let maximumCount = 32

    private struct Key: Sendable {
        let kid: String?
        let name: String
        let algorithm: any JWTAlgorithm
    }

    private let keys: [Key]
    /// The keys that are used, as a key set in which each has its algorithm.
    package let pinned: String

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
    /// Keys for other purposes, or of a type or an algorithm that is not known, are ignored (section 5 there). A key
    /// without `alg` is good for one algorithm: an elliptic curve names it, and for RSA it is the one given.
    ///
    /// - Parameters:
    ///   - json: The key set as it was published.
    ///   - algorithm: The algorithm of RSA keys that name none; `nil` for RS256.
    /// - Throws: ``KeySetError``.
    package init(keySet json: String, algorithm: String? = nil) async throws(KeySetError) {
        let root = try? JSONReader.value(of: Array(json.utf8)).object
        guard let elements = root?["keys"]?.elements, !elements.isEmpty else {
            throw KeySetError("it is not a JSON Web Key Set: {\"keys\": [ … ]}")
        }
        guard elements.count <= Self.maximumCount else {
            throw KeySetError("it has more than \(Self.maximumCount) keys")
        }
        var keys: [Key] = []
        var members: [JSONValue] = []
        for (index, element) in elements.enumerated() {
            let published = PublishedKey(element, position: index + 1)
            guard let member = try published.pinned(to: algorithm) else { continue }
            let key = Key(kid: published.kid, name: member.alg, algorithm: try await Self.algorithm(member, published))
            guard !keys.contains(where: { $0.kid == key.kid && $0.name == key.name && key.kid != nil }) else {
                throw KeySetError("two keys for \(key.name) have the kid \"\(key.kid ?? "")\"")
            }
            keys.append(key)
            members.append(.object(member.object))
        }
        guard !keys.isEmpty else {
            throw KeySetError(
                "it has no public key for signatures; known are \(Self.algorithms.sorted().joined(separator: ", "))"
            )
        }
        self.keys = keys
        self.pinned = String(decoding: JSONValue.object(["keys": .array(members)]).bytes, as: UTF8.self)
    }

    private static func algorithm(
        _ member: PublishedKey.Pinned,
        _ key: PublishedKey
    ) async throws(KeySetError) -> any JWTAlgorithm {
        var object = member.object
        object["kid"] = "key"
        do {
            let jwk = try JSONDecoder().decode(JWK.self, from: Data(JSONValue.object(object).bytes))
            let collection = try await JWTKeyCollection().add(jwk: jwk)
            return try await collection.getKey(for: "key", alg: member.alg)
        } catch {
            throw KeySetError("\(key.description) cannot be read")
        }
    }

    /// The key that a token names; without a name on either side, the only one that fits.
    private func key(_ kid: String?, _ alg: String) -> Key? {
        let fitting = keys.filter { $0.name == alg }
        if let kid, let named = fitting.first(where: { $0.kid == kid }) { return named }
        let candidates = kid == nil ? fitting : fitting.filter { $0.kid == nil }
        return candidates.count == 1 ? candidates.first : nil
    }

    /// Checks header and signature of a token.
    ///
    /// - Parameter token: At most 16 KiB.
    /// - Returns: The payload, byte by byte.
    /// - Throws: ``ProviderTokenFault``, up to ``ProviderTokenFault/wrongSignature``.
    package func payload(of token: String) throws(ProviderTokenFault) -> [UInt8] {
        let parts = Array(token.utf8).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard token.utf8.count <= 16_384, parts.count == 3, let header = Base64URL.decode(parts[0]),
            let payload = Base64URL.decode(parts[1]), let signature = Base64URL.decode(parts[2]),
            let fields = try? JSONDecoder().decode(Header.self, from: Data(header))
        else { throw .notAToken }
        guard fields.isPlain else { throw .extendedHeader }
        guard Self.algorithms.contains(fields.alg) else { throw .unusableAlgorithm }
        guard let key = key(fields.kid, fields.alg) else { throw .unknownKey }
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
    let kid: String?
    let typ: String?
    let crit: [String]?
    let b64: Bool?

    /// Nothing in it changes how the token is to be read (RFC 7515 section 4.1.11, RFC 7797).
    var isPlain: Bool {
        crit == nil && b64 == nil && ["jwt", "at+jwt", "application/at+jwt"].contains((typ ?? "jwt").lowercased())
    }
}
