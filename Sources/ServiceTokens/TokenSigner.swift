package import Accounts
internal import FoundationEssentials
internal import JWTKit

/// Makes and checks the tokens of one kind: JWT with HS256 and nothing else.
///
/// Signing and checking are synchronous and without shared state. The header is one constant text per kind; a token
/// with any other header is refused before its signature is looked at, so its `alg` is never read.
package struct TokenSigner<Claims: TokenClaims>: Sendable {
    private let algorithm: any JWTAlgorithm
    private let encodedHeader: [UInt8]

    package init(masterKey: MasterKey) async throws {
        let key = HMACKey(key: masterKey.derivedKey(for: "token \(Claims.audience)"))
        let keys = await JWTKeyCollection().add(hmac: key, digestAlgorithm: .sha256)
        self.algorithm = try await keys.getKey()
        self.encodedHeader = Base64URLText.encode(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8))
    }

    /// Signs claims.
    package func sign(_ claims: Claims) throws -> String {
        var token = encodedHeader
        token.append(UInt8(ascii: "."))
        token.append(contentsOf: Base64URLText.encode(try claims.json()))
        let signature = try algorithm.sign(token)
        token.append(UInt8(ascii: "."))
        token.append(contentsOf: Base64URLText.encode(signature))
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
    private static let digits: InlineArray<64, UInt8> = {
        var digits = InlineArray<64, UInt8>(repeating: 0)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        for (index, byte) in alphabet.utf8.enumerated() {
            digits[index] = byte
        }
        return digits
    }()

    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count * 4 + 2) / 3)
        let digits = digits
        var accumulator: UInt32 = 0
        var bitCount: UInt32 = 0
        for byte in bytes {
            accumulator = accumulator << 8 | UInt32(byte)
            bitCount += 8
            while bitCount >= 6 {
                bitCount -= 6
                text.append(digits[Int(accumulator >> bitCount & 63)])
            }
        }
        if bitCount > 0 {
            text.append(digits[Int(accumulator << (6 - bitCount) & 63)])
        }
        return text
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
