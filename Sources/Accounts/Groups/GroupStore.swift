package import LoginKey

/// Groups.
///
/// ``AccountStore`` says what holds for every method.
package protocol GroupStore: Sendable {
    /// Adds a group. Throws ``AccountsError/Code/alreadyExists``.
    func createGroup(_ group: Group, recording event: AuditEvent) async throws(AccountsError)
    /// Changes a group, and returns it with its new version. Throws ``AccountsError/Code/notFound``, and
    /// ``AccountsError/Code/versionConflict`` unless the version is the one that is stored.
    @discardableResult
    func updateGroup(_ group: Group, recording event: AuditEvent) async throws(AccountsError) -> Group
    /// Deletes a group with its API keys, users, roles, sessions and connections to other systems; the audit stays. Throws
    /// ``AccountsError/Code/notFound``.
    func deleteGroup(_ partnerID: PartnerID, recording event: AuditEvent) async throws(AccountsError)
    /// All groups, in the order of their ids.
    func groups() async throws(AccountsError) -> [Group]
    /// One group; `nil` if it does not exist.
    func group(_ partnerID: PartnerID) async throws(AccountsError) -> Group?
}
