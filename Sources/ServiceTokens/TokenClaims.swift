/// What a service token says.
///
/// Each kind has its own signing key, type and audience, so that a token of one kind is nothing to the verifier of
/// another (RFC 8725 sections 3.8 to 3.12).
package protocol TokenClaims: Codable, Sendable {
    /// Names the kind: part of the key derivation and the audience.
    static var audience: String { get }
    /// The first second, in Unix time, at which the token is no longer valid.
    var exp: Int64 { get }
    /// The audience that the token was made for.
    var aud: String { get }
    /// The claims as JSON.
    func json() throws -> [UInt8]
}
