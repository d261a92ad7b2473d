/// Where groups, keys, users, roles, sessions and the audit are kept.
///
/// Every method that changes something is durable when it returns: it survives the end of the process and of the
/// machine's power. A change and its audit event are written together or not at all. When a method throws, nothing was
/// changed, unless the disk itself has failed: then this is unknown, and the store stops answering. Several processes
/// may use one store at once. Every implementation passes the suite in `AccountsTesting`.
///
/// All methods throw ``AccountsError``; ``AccountsError/Code/storeUnavailable`` is possible for each of them.
package protocol AccountStore:
    DecisionStore,
    GroupStore,
    APIKeyStore,
    UserStore,
    SecondFactorStore,
    RoleStore,
    AccessTokenStore,
    ClientStore,
    LaunchStore,
    IdentityProviderStore,
    OrganizationStore,
    SessionStore,
    AuditStore
{
    /// Whether the store can read and write.
    func checkReadiness() async throws(AccountsError)
    /// The URL at which people reach the server that started last; `nil` before one has.
    func publicURL() async throws(AccountsError) -> String?
    /// Stores that URL, for commands that make links.
    func setPublicURL(_ url: String) async throws(AccountsError)
    /// Closes the store; it must not be used afterwards.
    func close() throws(AccountsError)
}
