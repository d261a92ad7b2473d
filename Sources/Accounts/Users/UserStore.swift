package import LoginKey

/// Users of groups.
///
/// ``AccountStore`` says what holds for every method.
package protocol UserStore: Sendable {
    /// Adds users, all or none, and returns them with the ids that the store has given them. Throws
    /// ``AccountsError/Code/alreadyExists`` or ``AccountsError/Code/invalidField``, naming the user.
    func createUsers(_ users: [User], recording event: AuditEvent) async throws(AccountsError) -> [User]
    /// Changes a user, also a deleted one, and returns them with their new version: this is for the administrator of the
    /// installation. Throws ``AccountsError/Code/notFound``, ``AccountsError/Code/versionConflict`` unless the version is
    /// the one that is stored, and what ``createUsers(_:recording:)`` throws.
    @discardableResult
    func updateUser(_ user: User, recording event: AuditEvent) async throws(AccountsError) -> User
    /// Carries out several changes in one transaction, and says what became of each.
    ///
    /// A change that fails leaves the others alone: ``AccountsError/Code/notFound`` for an unknown user or role,
    /// ``AccountsError/Code/alreadyExists``, ``AccountsError/Code/invalidField``, or
    /// ``AccountsError/Code/versionConflict`` for a user who is stored in another version. All users are of one group.
    func changeUsers(_ changes: [UserChange]) async throws(AccountsError) -> [Result<User, AccountsError>]
    /// Up to `limit` users of a group in the order of their ids, from the first after `after`; deleted ones too.
    func users(of partnerID: PartnerID, after: User.ID?, limit: Int) async throws(AccountsError) -> [User]
    /// The users of a group that fit a query.
    func users(matching query: UserQuery, of partnerID: PartnerID) async throws(AccountsError) -> UserPage
    /// The users of a group that have one of the ids and are not deleted, in the order of their ids.
    func users(_ ids: [User.ID], of partnerID: PartnerID) async throws(AccountsError) -> [User]
}
