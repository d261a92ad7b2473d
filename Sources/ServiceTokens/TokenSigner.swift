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

    package init(masterKey: MasterKey) async throws {
        let purpose = "token \(Claims.audience)"
        let key = HMACKey(key: masterKey.derivedKey(for: purpose))
        let keys = await JWTKeyCollection().add(hmac: key, digestAlgorithm: .sha256)
        self.algorithm = try await keys.getKey()
        self.keyedHash = masterKey.keyedHash(for: purpose)
        self.encodedHeader = Base64URLText.encode(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8))
    }

    /// Signs claims.
    package func sign(_ claims: Claims) throws -> String {
        let json = try claims.json()
        var token = encodedHeader
        token.reserveCapacity(encodedHeader.count + json.count * 4 / 3 + 64)
        token.append(UInt8(ascii: "."))
        Base64URLText.append(json.span, to: &token)
        var code = keyedHash
        code.update(token.span)
        let signature = code.finalize()
        token.append(UInt8(ascii: "."))
        Base64URLText.append(signature.span, to: &token)
        return String(decoding: token, as: UTF8.self)
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
            let signature = Base64URLText.decode(parts[2]), let payload = Base64URLText.decode(parts[1])
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

/// Base64url without padding, of any length (RFC 4648 section 5).
enum Base64URLText {
    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        append(bytes.span, to: &text)
        return text
    }

    /// Appends the text of some bytes, three of them at a time.
    static func append(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
        let count = bytes.count
        var index = 0
        while index + 3 <= count {
            let group = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
            append(group, count: 4, to: &text)
            index += 3
        }
        switch count - index {
        case 1: append(UInt32(bytes[index]) << 16, count: 2, to: &text)
        case 2: append(UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8, count: 3, to: &text)
        default: break
        }
    }

    private static func append(_ group: UInt32, count: Int, to text: inout [UInt8]) {
        var shift: UInt32 = 18
        for _ in 0..<count {
            text.append(digit(UInt8(truncatingIfNeeded: group >> shift) & 63))
            shift &-= 6
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        switch value {
        case 0..<26: value &+ UInt8(ascii: "A")
        case 26..<52: value &+ (UInt8(ascii: "a") &- 26)
        case 52..<62: value &- 4
        case 62: UInt8(ascii: "-")
        default: UInt8(ascii: "_")
        }
    }

    static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var standard: [UInt8] = []
        standard.reserveCapacity(text.count + 3)
        for byte in text {
            switch byte {
            case UInt8(ascii: "-"): standard.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): standard.append(UInt8(ascii: "/"))
            case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): return nil
            default: standard.append(byte)
            }
        }
        while !standard.count.isMultiple(of: 4) {
            standard.append(UInt8(ascii: "="))
        }
        return Data(base64Encoded: Data(standard)).map(Array.init)
    }
}
