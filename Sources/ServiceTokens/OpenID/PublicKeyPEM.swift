internal import JWTKit
internal import LoginKey
internal import WireCodec

extension VerificationKeys {
    /// The key set of what a provider publishes: a key set as it is, or one of the RSA key of a PEM text.
    ///
    /// Providers such as Zendesk publish no key set but one public key (RFC 7468 section 13).
    ///
    /// - Parameter text: A JSON Web Key Set, or PEM with one `PUBLIC KEY`.
    /// - Returns: The key set, in which nothing else is checked.
    /// - Throws: ``KeySetError``, if PEM holds anything else.
    package static func keySet(of text: String) throws(KeySetError) -> String {
        let begin = "-----BEGIN "
        let kinds = text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix(begin) }
        guard let kind = kinds.first else { return text }
        guard kinds.count == 1, kind == "-----BEGIN PUBLIC KEY-----" else {
            throw KeySetError("of PEM, one PUBLIC KEY is taken, and nothing else; openssl has -pubout and x509 -pubkey")
        }
        guard let key = try? Insecure.RSA.PublicKey(pem: text), let primitives = try? key.getKeyPrimitives() else {
            throw KeySetError("its public key is no RSA key of 2048 bits or more; give other keys as a key set")
        }
        let members: JSONObject = [
            "kty": "RSA", "n": .string(Base64URL.text(of: Array(primitives.modulus).span)),
            "e": .string(Base64URL.text(of: Array(primitives.publicExponent).span)),
        ]
        return String(decoding: JSONValue.object(["keys": .array([.object(members)])]).bytes, as: UTF8.self)
    }
}
