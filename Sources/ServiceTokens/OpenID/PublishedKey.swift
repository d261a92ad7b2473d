internal import WireCodec

/// One key of a key set as its owner has published it (RFC 7517 section 4).
struct PublishedKey: CustomStringConvertible {
    /// A key with the algorithm that it is good for, and with nothing that is not needed.
    struct Pinned {
        let alg: String
        let object: JSONObject
    }

    private let object: JSONObject
    private let position: Int

    init(_ element: JSONValue, position: Int) {
        self.object = element.object ?? JSONObject()
        self.position = position
    }

    /// The key's name; `nil` if it has none.
    var kid: String? {
        guard let kid = object["kid"]?.text, !kid.isEmpty else { return nil }
        return kid
    }

    /// How messages call it.
    var description: String { kid.map { "the key \"\($0)\"" } ?? "key number \(position)" }

    /// The key for verifying signatures; `nil` if it is for something else or not known.
    ///
    /// - Throws: ``KeySetError`` if it is secret.
    func pinned(to algorithm: String?) throws(KeySetError) -> Pinned? {
        let type = object["kty"]?.text
        guard object["d"] == nil, type != "oct" else {
            throw KeySetError("\(description) is secret; provide public keys only")
        }
        guard isForSignatures, let type, let alg = self.algorithm(type, algorithm),
            VerificationKeys.algorithms.contains(alg)
        else { return nil }
        var pinned: JSONObject = ["kty": .string(type), "alg": .string(alg), "use": "sig"]
        if let kid { pinned.append("kid", .string(kid)) }
        for name in type == "RSA" ? ["n", "e"] : ["crv", "x", "y"] {
            if let value = object[name] { pinned.append(name, value) }
        }
        return Pinned(alg: alg, object: pinned)
    }

    private var isForSignatures: Bool {
        let operations = object["key_ops"]?.elements
        return (object["use"] ?? "sig") == "sig" && operations?.contains("verify") ?? true
    }

    /// The algorithm of the key: its own, or else that of its curve, or else the given one for RSA.
    private func algorithm(_ type: String, _ given: String?) -> String? {
        switch type {
        case "RSA":
            let alg = object["alg"].map { $0.text ?? "" } ?? given
            return alg.flatMap { $0.hasPrefix("RS") || $0.hasPrefix("PS") ? $0 : nil }
        case "EC", "OKP":
            let ofCurve = Self.curves[object["crv"]?.text ?? ""]
            guard let alg = object["alg"] else { return ofCurve }
            return alg.text == ofCurve ? ofCurve : nil
        default: return nil
        }
    }

    /// The one algorithm of each curve (RFC 7518 section 3.4, RFC 8037 section 3.1).
    private static let curves = ["P-256": "ES256", "P-384": "ES384", "P-521": "ES512", "Ed25519": "EdDSA"]
}
