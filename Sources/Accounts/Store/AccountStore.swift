public import LoginKey

/// Where groups, keys, users, roles, sessions and the audit are kept.
///
/// Every method that changes something is durable when it returns: it survives the end of the process and of the
/// machine's power. A change and its audit event are written together or not at all. When a method throws, nothing was
/// changed. Several processes may use one store at once. Every implementation passes the suite in `AccountsTesting`.
///
/// All methods throw ``AccountsError``; ``AccountsError/Code/storeUnavailable`` is possible for each of them.
public protocol AccountStore: Sendable {
    // MARK: Decisions

    /// Reads what is known about an account and lets the caller decide on it, all at one moment; then writes the
    /// decision's audit event and spends the credential. Nobody hears of the decision before it is durable.
    ///
    /// - Parameters:
    ///   - key: Whom the credentials name.
    ///   - now: Unix time in seconds.
    ///   - decide: Gets `nil` for an unknown group or user name. Runs on the store's own thread: it must not block.
    /// - Returns: The ruling's verdict, or its `otherwise` if the credential was used up before.
    /// - Throws: ``AccountsError/Code/storeUnavailable``; then nothing was written.
    func rule<Verdict: Sendable>(
        on key: AccountKey,
        at now: Int64,
        _ decide: @escaping @Sendable (AccountSnapshot?) -> Ruling<Verdict>
    ) async throws(AccountsError) -> Verdict

    /// Reads what is known about an account; `nil` for an unknown group or user name.
    func snapshot(of key: AccountKey, at now: Int64) async throws(AccountsError) -> AccountSnapshot?

    /// When a credential was first used, in Unix seconds; `nil` if it was not, or that is forgotten.
    func firstUse(of key: SpentKey) async throws(AccountsError) -> Int64?

    // MARK: Groups

    /// Adds a group. Throws ``AccountsError/Code/alreadyExists``.
    func createGroup(_ group: Group, recording event: AuditEvent) async throws(AccountsError)
    /// Changes a group. Throws ``AccountsError/Code/notFound``.
    func updateGroup(_ group: Group, recording event: AuditEvent) async throws(AccountsError)
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

    /// Adds users, all or none, and returns how many. Ids are given by the store. Throws
    /// ``AccountsError/Code/alreadyExists`` or ``AccountsError/Code/invalidField``, naming the user.
    func createUsers(_ users: [User], recording event: AuditEvent) async throws(AccountsError) -> Int
    /// Changes a user. Throws ``AccountsError/Code/notFound`` and what ``createUsers(_:recording:)`` throws.
    func updateUser(_ user: User, recording event: AuditEvent) async throws(AccountsError)
    /// Up to `limit` users of a group in the order of their ids, from the first after `after`.
    func users(of partnerID: PartnerID, after: User.ID?, limit: Int) async throws(AccountsError) -> [User]
    /// Adds a role and returns it with its id. Throws ``AccountsError/Code/alreadyExists``.
    func createRole(_ role: Role, recording event: AuditEvent) async throws(AccountsError) -> Role
    /// Changes a role. Throws ``AccountsError/Code/notFound``.
    func updateRole(_ role: Role, recording event: AuditEvent) async throws(AccountsError)
    /// All roles of a group, in the order of their names.
    func roles(of partnerID: PartnerID) async throws(AccountsError) -> [Role]

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

    // MARK: Salesforce organisations

    /// Adds or replaces an organisation's settings.
    func saveOrganization(
        _ organization: SalesforceOrganization,
        recording event: AuditEvent
    ) async throws(AccountsError)
    /// One organisation; `nil` if there is none.
    func organization(_ id: String) async throws(AccountsError) -> SalesforceOrganization?

    // MARK: Sessions

    /// Adds a session. Throws ``AccountsError/Code/alreadyExists`` if the group has a session with that key that is
    /// not over.
    func createSession(_ session: SessionRecord, recording event: AuditEvent) async throws(AccountsError)
    /// Changes a session that is not over. Throws ``AccountsError/Code/notFound``, also for one that is.
    func updateSession(_ session: SessionRecord, recording event: AuditEvent) async throws(AccountsError)
    /// The session of a group that has this key and is not over; `nil` if there is none.
    func openSession(_ key: SessionKey, of partnerID: PartnerID) async throws(AccountsError) -> SessionRecord?
    /// All sessions that live on a server and are not over.
    func openSessions(on server: String) async throws(AccountsError) -> [SessionRecord]

    // MARK: Audit

    /// Writes events.
    func append(_ events: [AuditEvent]) async throws(AccountsError)
    /// The newest events that fit a filter, oldest first.
    func auditEvents(_ filter: AuditFilter) async throws(AccountsError) -> [AuditEvent]
    /// Checks the audit chain; returns how many rows it has and the number of the first row that does not fit.
    func verifyAudit() async throws(AccountsError) -> (rows: Int, firstBroken: Int64?)
    /// Whether the store can read and write.
    func checkReadiness() async throws(AccountsError)
    /// Closes the store; nothing may be asked of it any more.
    func close() throws(AccountsError)
}
