package import LoginKey

/// Identity providers of groups.
///
/// ``AccountStore`` says what holds for every method.
package protocol IdentityProviderStore: Sendable {
    /// Adds an identity provider, or replaces an existing one. Throws ``AccountsError/Code/alreadyExists`` if
    /// another group has the same issuer and audience, or another provider of the group has the same name.
    func saveIdentityProvider(_ provider: IdentityProvider, recording event: AuditEvent) async throws(AccountsError)
    /// Gives a provider new keys, and leaves the rest as it is. Throws ``AccountsError/Code/notFound``, also if they are
    /// read from elsewhere by now: what came from the earlier place counts no longer.
    func updateKeySet(
        _ keySet: String,
        of provider: IdentityProvider,
        recording event: AuditEvent
    ) async throws(AccountsError)
    /// The identity providers with an issuer, of all groups.
    func identityProviders(issuer: String) async throws(AccountsError) -> [IdentityProvider]
    /// The identity providers of a group.
    func identityProviders(of partnerID: PartnerID) async throws(AccountsError) -> [IdentityProvider]
    /// Removes an identity provider. Throws ``AccountsError/Code/notFound``.
    func removeIdentityProvider(
        issuer: String,
        audience: String,
        of partnerID: PartnerID,
        recording event: AuditEvent
    ) async throws(AccountsError)
}
