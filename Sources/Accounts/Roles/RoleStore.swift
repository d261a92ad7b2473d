public import LoginKey

/// Roles of groups.
///
/// What holds for each method is said at ``AccountStore``.
public protocol RoleStore: Sendable {
    /// Adds a role and returns it with its id. Throws ``AccountsError/Code/alreadyExists``.
    func createRole(_ role: Role, recording event: AuditEvent) async throws(AccountsError) -> Role
    /// Changes a role. Throws ``AccountsError/Code/notFound``.
    func updateRole(_ role: Role, recording event: AuditEvent) async throws(AccountsError)
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
}
