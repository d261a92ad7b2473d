package import LoginKey

/// Access tokens of users.
///
/// ``AccountStore`` says what holds for every method.
package protocol AccessTokenStore: Sendable {
    /// Adds an access token of a group's user. Throws ``AccountsError/Code/notFound`` for an unknown user.
    func addAccessToken(
        _ token: AccessToken,
        of partnerID: PartnerID,
        recording event: AuditEvent
    ) async throws(AccountsError) -> AccessToken
    /// The token with a digest, and its user's group; `nil` for an unknown token.
    func accessToken(digest: [UInt8]) async throws(AccountsError) -> (token: AccessToken, partnerID: PartnerID)?
    /// All access tokens of a group, the newest first.
    func accessTokens(of partnerID: PartnerID) async throws(AccountsError) -> [AccessToken]
    /// Deletes a token: it is refused from the next request on. Throws ``AccountsError/Code/notFound``.
    func removeAccessToken(
        _ id: AccessToken.ID,
        of partnerID: PartnerID,
        recording event: AuditEvent
    ) async throws(AccountsError)
}
