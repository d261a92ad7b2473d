internal import FoundationEssentials
internal import LoginKey

/// What a provider's token says about somebody (OpenID Connect Core section 2, RFC 9068).
///
/// Times are Unix seconds. Nothing is checked here.
package struct OpenIDClaims: Sendable {
    /// Who has made the token, as a URL.
    package let issuer: String
    /// Whom the token was made for; one or several.
    package let audiences: [String]
    /// The first second at which it is not valid any more.
    package let expires: Int64
    /// The first second at which it is valid; `nil` for always.
    package let notBefore: Int64?
    /// All claims that are texts, or whole numbers, by name.
    package let texts: [String: String]
    /// All claims that are texts, each by itself, or lists of texts.
    package let lists: [String: [String]]
    /// When the token was made; `nil` if it does not say.
    package let issuedAt: Int64?
    /// Whether the provider has verified the e-mail address; `nil` if it does not say.
    package let isEmailVerified: Bool?

    /// Reads a payload; `nil` unless it has `iss`, `aud` and `exp`.
    package init?(payload: [UInt8]) {
        guard let claims = try? JSONDecoder().decode([String: Claim].self, from: Data(payload)),
            case .text(let issuer) = claims["iss"], let expires = claims["exp"]?.time
        else { return nil }
        switch claims["aud"] {
        case .text(let audience): audiences = [audience]
        case .list(let list): audiences = list
        default: return nil
        }
        self.issuer = issuer
        self.expires = expires
        notBefore = claims["nbf"]?.time
        issuedAt = claims["iat"]?.time
        isEmailVerified = claims["email_verified"]?.truth
        texts = claims.compactMapValues(\.text)
        lists = claims.compactMapValues(\.list)
    }

    /// What a token claims, unverified: it says whose keys to try, and no more.
    ///
    /// - Parameter token: At most 16 KiB.
    /// - Returns: The claims; `nil` if it is no token.
    package static func claimed(by token: String) -> Self? {
        let parts = Array(token.utf8).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard token.utf8.count <= 16_384, parts.count == 3, let payload = Base64URL.decode(parts[1]) else {
            return nil
        }
        return Self(payload: payload)
    }

    /// The issuer that a token claims, unverified.
    package static func claimedIssuer(of token: String) -> String? {
        claimed(by: token)?.issuer
    }

    private enum Claim: Decodable {
        case text(String)
        case number(Double)
        case list([String])
        case truth(Bool)
        case other

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self = .text(text)
            } else if let number = try? container.decode(Double.self), number.magnitude < 1e15 {
                self = .number(number)
            } else if let list = try? container.decode([String].self) {
                self = .list(list)
            } else if let truth = try? container.decode(Bool.self) {
                self = .truth(truth)
            } else {
                self = .other
            }
        }

        var text: String? {
            switch self {
            case .text(let text): text
            case .number(let number): Int64(exactly: number).map { "\($0)" }
            case .list, .truth, .other: nil
            }
        }

        var list: [String]? {
            if case .list(let list) = self { list } else { text.map { [$0] } }
        }

        /// The truth of a Boolean, also of one that is spelled as a text.
        var truth: Bool? {
            switch self {
            case .truth(let truth): truth
            case .text(let text): Bool(text.lowercased())
            case .number, .list, .other: nil
            }
        }

        /// A time, which may have a fraction (RFC 7519 section 2), in whole seconds.
        var time: Int64? {
            guard case .number(let number) = self else { return nil }
            return Int64(number.rounded(.down))
        }
    }
}
