package import LoginKey

/// Roles of groups.
///
/// ``AccountStore`` says what holds for every method.
package protocol RoleStore: Sendable {
    /// Adds a role and returns it with its id. Throws ``AccountsError/Code/alreadyExists``.
    func createRole(_ role: Role, recording event: AuditEvent) async throws(AccountsError) -> Role
    /// Changes a role, and returns it with its new version. Throws what ``saveRoles(_:of:recording:)`` throws.
    @discardableResult
    func updateRole(_ role: Role, recording event: AuditEvent) async throws(AccountsError) -> Role
    /// Adds the roles whose id is 0 and changes the others, all or none; returns them with their ids and versions. Throws
    /// ``AccountsError/Code/alreadyExists``, ``AccountsError/Code/notFound``, ``AccountsError/Code/invalidField``, or
    /// ``AccountsError/Code/versionConflict`` for a role that is stored in another version.
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
}
