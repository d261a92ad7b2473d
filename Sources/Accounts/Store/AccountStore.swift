public import LoginKey

/// Where groups, keys, users, roles, sessions and the audit are kept.
///
/// Every method that changes something is durable when it returns: it survives the end of the process and of the
/// machine's power. A change and its audit event are written together or not at all. When a method throws, nothing was
/// changed, unless the disk itself has failed: then nobody knows, and the store answers nothing more. Several processes may use one store at once. Every implementation passes the suite in `AccountsTesting`.
///
/// All methods throw ``AccountsError``; ``AccountsError/Code/storeUnavailable`` is possible for each of them.
public protocol AccountStore: Sendable {
    // MARK: Decisions

    /// Reads what is known about an account and lets the transaction decide on it, all at one moment; then writes the
    /// decision's audit event and spends the credential. Nobody hears of the decision before it is durable.
    func perform(_ transaction: any AuthenticationTransaction)

    /// Reads what is known about an account; `nil` for an unknown group or user name.
    func snapshot(of key: AccountReference, at now: Int64) async throws(AccountsError) -> AccountSnapshot?

    /// When a credential was first used, in Unix seconds; `nil` if it was not, or that is forgotten.
    func firstUse(of key: SpentCredential) async throws(AccountsError) -> Int64?

    // MARK: Groups

    /// Adds a group. Throws ``AccountsError/Code/alreadyExists``.
    func createGroup(_ group: Group, recording event: AuditEvent) async throws(AccountsError)
    /// Changes a group. Throws ``AccountsError/Code/notFound``.
    func updateGroup(_ group: Group, recording event: AuditEvent) async throws(AccountsError)
    /// Deletes a group with its API keys, users, roles, sessions and connections to other systems; the audit stays. Throws
    /// ``AccountsError/Code/notFound``.
    func deleteGroup(_ partnerID: PartnerID, recording event: AuditEvent) async throws(AccountsError)
    /// All groups, in the order of their ids.
    func groups() async throws(AccountsError) -> [Group]
    /// One group; `nil` if there is none.
    func group(_ partnerID: PartnerID) async throws(AccountsError) -> Group?

    // MARK: API keys

    /// Adds an API key to a group. Throws ``AccountsError/Code/apiKeyInUse`` if any group holds or ever held it, and
    /// ``AccountsError/Code/notFound`` for an unknown group.
    func addAPIKey(
        _ apiKey: APIKey,
        label: String,
        to partnerID: PartnerID,
        at now: Int64,
        recording event: AuditEvent
    ) async throws(AccountsError) -> APIKeyRecord
    /// All API keys of a group, ended ones too, newest first.
    func apiKeys(of partnerID: PartnerID) async throws(AccountsError) -> [APIKeyRecord]
    /// Ends a key at a time in the future, or at once if it is revoked. Throws ``AccountsError/Code/notFound``.
    func endAPIKey(
        _ id: APIKeyRecord.ID,
        of partnerID: PartnerID,
        at end: Int64,
        isRevoked: Bool,
        recording event: AuditEvent
    ) async throws(AccountsError)

    // MARK: Users and roles

    /// Adds users, all or none, and returns them with the ids that the store has given them. Throws
    /// ``AccountsError/Code/alreadyExists`` or ``AccountsError/Code/invalidField``, naming the user.
    func createUsers(_ users: [User], recording event: AuditEvent) async throws(AccountsError) -> [User]
    /// Changes a user, also a deleted one: this is for the administrator of the installation. Throws
    /// ``AccountsError/Code/notFound`` and what ``createUsers(_:recording:)`` throws.
    func updateUser(_ user: User, recording event: AuditEvent) async throws(AccountsError)
    /// Carries several changes out in one transaction, and says of each what became of it.
    ///
    /// A change that fails leaves the others alone: ``AccountsError/Code/notFound`` for an unknown user or role,
    /// ``AccountsError/Code/alreadyExists`` or ``AccountsError/Code/invalidField``. All users are of one group.
    func changeUsers(_ changes: [UserChange]) async throws(AccountsError) -> [Result<User, AccountsError>]
    /// Up to `limit` users of a group in the order of their ids, from the first after `after`; deleted ones too.
    func users(of partnerID: PartnerID, after: User.ID?, limit: Int) async throws(AccountsError) -> [User]
    /// The users of a group that fit a query.
    func users(matching query: UserQuery, of partnerID: PartnerID) async throws(AccountsError) -> UserPage
    /// Adds a role and returns it with its id. Throws ``AccountsError/Code/alreadyExists``.
    func createRole(_ role: Role, recording event: AuditEvent) async throws(AccountsError) -> Role
    /// Changes a role. Throws ``AccountsError/Code/notFound``.
    func updateRole(_ role: Role, recording event: AuditEvent) async throws(AccountsError)
    /// The users of a group that have one of the ids and are not deleted, in the order of their ids.
    func users(_ ids: [User.ID], of partnerID: PartnerID) async throws(AccountsError) -> [User]
    /// Adds the roles whose id is 0 and changes the others, all or none; returns them with their ids. Throws
    /// ``AccountsError/Code/alreadyExists``, ``AccountsError/Code/notFound`` or ``AccountsError/Code/invalidField``.
    func saveRoles(
        _ roles: [Role],
        of partnerID: PartnerID,
        recording event: AuditEvent
    ) async throws(AccountsError) -> [Role]
    /// Deletes roles, all or none. Throws ``AccountsError/Code/notFound``, and ``AccountsError/Code/inUse`` while a
    /// user has one of them.
    func deleteRoles(
        _ ids: [Role.ID],
        of partnerID: PartnerID,
        recording event: AuditEvent
    ) async throws(AccountsError)
    /// All roles of a group, in the order of their names.
    func roles(of partnerID: PartnerID) async throws(AccountsError) -> [Role]
    /// How many users have each role of a group, where there are any.
    func roleUse(in partnerID: PartnerID) async throws(AccountsError) -> [Role.ID: Int]

    // MARK: Access tokens

    /// Adds an access token of a group's user. Throws ``AccountsError/Code/notFound`` for an unknown user.
    func addAccessToken(
        _ token: AccessToken,
        of partnerID: PartnerID,
        recording event: AuditEvent
    ) async throws(AccountsError) -> AccessToken
    /// The token with a digest, and its user's group; `nil` if there is none.
    func accessToken(digest: [UInt8]) async throws(AccountsError) -> (token: AccessToken, partnerID: PartnerID)?
    /// All access tokens of a group, the newest first.
    func accessTokens(of partnerID: PartnerID) async throws(AccountsError) -> [AccessToken]
    /// Deletes a token: it is refused from the next request on. Throws ``AccountsError/Code/notFound``.
    func removeAccessToken(
        _ id: AccessToken.ID,
        of partnerID: PartnerID,
        recording event: AuditEvent
    ) async throws(AccountsError)

    // MARK: Clients

    /// Connects a client to a user; once more is no error. Throws ``AccountsError/Code/notFound`` for an unknown user.
    func enrollClient(
        _ client: EnrolledClient,
        for userID: User.ID,
        of partnerID: PartnerID,
        recording event: AuditEvent
    ) async throws(AccountsError)
    /// A user's clients, oldest first.
    func enrolledClients(of userID: User.ID) async throws(AccountsError) -> [EnrolledClient]
    /// Disconnects all clients of a user.
    func removeClients(of userID: User.ID, recording event: AuditEvent) async throws(AccountsError)

    // MARK: Identity providers

    /// Adds an identity provider, or gives one new keys. Throws ``AccountsError/Code/alreadyExists`` if another group
    /// has the same issuer and audience.
    func saveIdentityProvider(_ provider: IdentityProvider, recording event: AuditEvent) async throws(AccountsError)
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

    // MARK: Salesforce organisations

    /// Adds or replaces an organisation's settings.
    func saveOrganization(
        _ organization: SalesforceOrganization,
        recording event: AuditEvent
    ) async throws(AccountsError)
    /// One organisation; `nil` if there is none.
    func organization(_ id: String) async throws(AccountsError) -> SalesforceOrganization?

    /// The organisations of all groups, in the order of their ids.
    func organizations() async throws(AccountsError) -> [SalesforceOrganization]
    /// Forgets an organisation. Throws ``AccountsError/Code/notFound``.
    func removeOrganization(
        _ id: String,
        of partnerID: PartnerID,
        recording event: AuditEvent
    ) async throws(AccountsError)

    // MARK: Sessions

    /// Adds a session. Throws ``AccountsError/Code/alreadyExists`` if the group has a session with that key that is
    /// not over.
    func createSession(_ session: SessionRecord, recording event: AuditEvent) async throws(AccountsError)
    /// Changes a session that is not over: its status, times, agent and, where there is one, the visitor's name. Throws
    /// ``AccountsError/Code/notFound``, also for one that is over.
    func updateSession(_ session: SessionRecord, recording event: AuditEvent) async throws(AccountsError)
    /// The session of a group that has this key and is not over; `nil` if there is none.
    func openSession(_ key: SessionKey, of partnerID: PartnerID) async throws(AccountsError) -> SessionRecord?
    /// All sessions that live on a server and are not over.
    func openSessions(on server: String) async throws(AccountsError) -> [SessionRecord]
    /// One session, by its id; `nil` if there is none.
    func session(_ id: String, of partnerID: PartnerID) async throws(AccountsError) -> SessionRecord?
    /// Asks the server of a session to end it. Throws ``AccountsError/Code/notFound``, also for one that is over.
    func requestSessionEnd(
        _ id: String,
        of partnerID: PartnerID,
        recording event: AuditEvent
    ) async throws(AccountsError)
    /// The sessions on a server that are to end and are not over.
    func sessionsToEnd(on server: String) async throws(AccountsError) -> [SessionRecord]
    /// The sessions of a group that fit a query, the newest first.
    func sessions(matching query: SessionQuery, of partnerID: PartnerID) async throws(AccountsError) -> [SessionRecord]
    /// How many sessions of a group fit a query, by kind and status; `offset` and `limit` do not count, and sessions
    /// that are not over take until `now`, in Unix seconds.
    func countSessions(
        matching query: SessionQuery,
        of partnerID: PartnerID,
        at now: Int64
    ) async throws(AccountsError) -> [SessionCount]

    // MARK: Audit

    /// Writes events.
    func append(_ events: [AuditEvent]) async throws(AccountsError)
    /// The newest events that fit a filter, oldest first.
    func auditEvents(_ filter: AuditFilter) async throws(AccountsError) -> [AuditEvent]
    /// Up to `limit` rows of the audit, oldest first, from the first after the row with the number `id`.
    func auditRows(after id: Int64, limit: Int) async throws(AccountsError) -> [AuditRow]
    /// Checks the audit chain, and whether a row of it has a hash that was noted earlier, 32 bytes.
    func verifyAudit(lookingFor noted: [UInt8]?) async throws(AccountsError) -> AuditVerification
    /// Whether the store can read and write.
    func checkReadiness() async throws(AccountsError)
    /// Closes the store; nothing may be asked of it any more.
    func close() throws(AccountsError)
}
