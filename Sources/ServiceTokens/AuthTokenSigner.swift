internal import Accounts
internal import Synchronization

/// Makes and checks `authToken`s.
///
/// Every sign-in makes one, and most of it is the list of privileges: what all tokens with the same privileges have in
/// common is encoded and hashed once.
package final class AuthTokenSigner: Sendable {
    private struct Kind: Hashable {
        let privileges: UInt64
        let service: String
    }

    private static let maximumPrefixes = 1024

    private let signer: TokenSigner<AuthClaims>
    private let prefixes = Mutex<[Kind: TokenPrefix]>([:])

    init(masterKey: MasterKey) async throws {
        signer = try await TokenSigner(masterKey: masterKey)
    }

    /// Signs claims.
    package func sign(_ claims: AuthClaims) -> String {
        String(decoding: signedBytes(claims), as: UTF8.self)
    }

    /// Signs claims; the token as ASCII.
    package func signedBytes(_ claims: AuthClaims) -> [UInt8] {
        signer.sign(claims.ownJSON, after: prefix(of: claims))
    }

    /// Checks a token: see ``TokenSigner/verify(_:at:)``.
    package func verify(_ token: String, at now: Int64) throws(TokenError) -> AuthClaims {
        try signer.verify(token, at: now)
    }

    private func prefix(of claims: AuthClaims) -> TokenPrefix {
        guard let privileges = claims.privilegeSet else { return signer.prefix(claims.commonJSON) }
        let kind = Kind(privileges: privileges.rawValue, service: claims.service)
        return prefixes.withLock { prefixes in
            if let prefix = prefixes[kind] { return prefix }
            if prefixes.count >= Self.maximumPrefixes { prefixes.removeAll() }
            let prefix = signer.prefix(claims.commonJSON)
            prefixes[kind] = prefix
            return prefix
        }
    }
}
