package import Accounts
internal import FoundationEssentials

/// Signs and checks server keys.
///
/// A visitor's key says who the agent is, for a server that takes the session up: that is sealed, as everybody can read
/// what is only signed.
package struct ServerKeySigner: Sendable {
    private let signer: TokenSigner<ServerKeyClaims>
    private let sealer: TextSealer

    /// Makes a signer whose keys are derived from the master key.
    ///
    /// - Throws: An error of JWTKit.
    package init(masterKey: MasterKey) async throws {
        signer = try await TokenSigner(masterKey: masterKey)
        sealer = TextSealer(masterKey: masterKey, purpose: "server key's agent")
    }

    /// Signs claims.
    ///
    /// - Throws: An error of swift-crypto.
    package func sign(_ claims: ServerKeyClaims) throws -> String {
        var claims = claims
        if !claims.agent.isEmpty { claims.agent = try sealer.seal(Data(claims.agent.utf8)) }
        return try signer.sign(claims)
    }

    /// Checks a key.
    ///
    /// - Parameters:
    ///   - key: At most 8 KiB.
    ///   - now: Unix time in seconds.
    /// - Returns: The claims.
    /// - Throws: ``TokenError``.
    package func verify(_ key: String, at now: Int64) throws(TokenError) -> ServerKeyClaims {
        var claims = try signer.verify(key, at: now)
        guard !claims.agent.isEmpty else { return claims }
        guard let agent = sealer.open(claims.agent) else { throw .malformed }
        claims.agent = String(decoding: agent, as: UTF8.self)
        return claims
    }
}
