package import Accounts
internal import FoundationEssentials
internal import JWTKit
internal import LoginKey

/// Makes and checks the tokens of one kind: JWT with HS256 and nothing else.
///
/// Signing and checking are synchronous and without shared state. The header is one constant text per kind; a token
/// with any other header is refused before its signature is looked at, so its `alg` is never read.
package struct TokenSigner<Claims: TokenClaims>: Sendable {
    /// What tokens are checked with.
    private let algorithm: any JWTAlgorithm
    /// What tokens are signed with: the same HS256, with the key hashed once, because every sign-in makes a token.
    private let keyedHash: KeyedHash
    private let encodedHeader: [UInt8]

    /// Makes a signer whose key is derived from the master key, for this kind of token alone.
    ///
    /// - Throws: An error of JWTKit.
    package init(masterKey: MasterKey) async throws {
        let purpose = "token \(Claims.audience)"
        let key = HMACKey(key: masterKey.derivedKey(for: purpose))
        let keys = await JWTKeyCollection().add(hmac: key, digestAlgorithm: .sha256)
        self.algorithm = try await keys.getKey()
        self.keyedHash = masterKey.keyedHash(for: purpose)
        self.encodedHeader = Base64URL.encode(#"{"alg":"HS256","typ":"JWT"}"#.utf8.span)
    }

    /// Signs claims.
    package func sign(_ claims: Claims) throws -> String {
        String(decoding: sign(try claims.json(), after: prefix([])), as: UTF8.self)
    }

    /// Encodes and hashes the beginning of a payload, for all tokens that have it in common.
    func prefix(_ json: [UInt8]) -> TokenPrefix {
        var encoded = encodedHeader
        encoded.append(UInt8(ascii: "."))
        // Three bytes make four characters: what is left over is encoded with what follows.
        let whole = json.count / 3 * 3
        Base64URL.append(json.span.extracting(first: whole), to: &encoded)
        var hash = keyedHash
        hash.update(encoded.span)
        return TokenPrefix(encoded: encoded, leftOver: Array(json[whole...]), hash: hash)
    }

    /// The token whose payload is that of the prefix and then `json`, as ASCII.
    func sign(_ json: [UInt8], after prefix: TokenPrefix) -> [UInt8] {
        var token = prefix.encoded
        token.reserveCapacity(token.count + (json.count + 2) * 4 / 3 + 48)
        let payload = prefix.leftOver.isEmpty ? json : prefix.leftOver + json
        Base64URL.append(payload.span, to: &token)
        var hash = prefix.hash
        hash.update(token.span.extracting(prefix.encoded.count..<token.count))
        let signature = hash.finalize()
        token.append(UInt8(ascii: "."))
        Base64URL.append(signature.span, to: &token)
        return token
    }

    /// Checks a token.
    ///
    /// - Parameters:
    ///   - token: At most 8 KiB.
    ///   - now: Unix time in seconds.
    /// - Returns: The claims.
    /// - Throws: ``TokenError``.
    package func verify(_ token: String, at now: Int64) throws(TokenError) -> Claims {
        guard token.utf8.count <= 8192 else { throw .malformed }
        let parts = Array(token.utf8).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].elementsEqual(encodedHeader),
            let signature = Base64URL.decode(parts[2]), let payload = Base64URL.decode(parts[1])
        else { throw .malformed }
        let signed = parts[0] + [UInt8(ascii: ".")] + parts[1]
        guard (try? algorithm.verify(signature, signs: signed)) == true else { throw .wrongSignature }
        guard let claims = try? JSONDecoder().decode(Claims.self, from: Data(payload)),
            claims.aud == Claims.audience
        else { throw .malformed }
        guard now < claims.exp else { throw .expired }
        return claims
    }
}

/// The beginning of tokens that have their first claims in common.
struct TokenPrefix: Sendable {
    /// The header, the dot and the characters of the payload so far.
    fileprivate let encoded: [UInt8]
    /// At most two bytes of the payload that are not among the characters yet.
    fileprivate let leftOver: [UInt8]
    /// The authentication code so far.
    fileprivate let hash: KeyedHash
}

/// Why a token was refused.
package enum TokenError: Error {
    /// It is no token of this kind.
    case malformed
    /// It was not signed here, or was changed.
    case wrongSignature
    /// Its time is over.
    case expired
}

extension TokenClaims {
    package func json() throws -> [UInt8] {
        Array(try JSONEncoder().encode(self))
    }
}
