/// Decisions on credentials, and what is known at one moment about whoever they name.
///
/// What holds for each method is said at ``AccountStore``.
package protocol DecisionStore: Sendable {
    /// Reads what is known about an account and lets the transaction decide on it, all at one moment; then writes the
    /// decision's audit event and spends the credential. Nobody hears of the decision before it is durable.
    func perform(_ transaction: any AuthenticationTransaction)
    /// Reads what is known about an account; `nil` for an unknown group or user name.
    func snapshot(of key: AccountReference, at now: Int64) async throws(AccountsError) -> AccountSnapshot?
    /// Reads what is known about users, all at one moment; those who are not there are left out.
    ///
    /// It takes a few queries, however many they are.
    func snapshots(of users: Set<User.ID>, at now: Int64) async throws(AccountsError) -> [User.ID: AccountSnapshot]
    /// Whose rights may have changed since a cursor was given.
    ///
    /// Users are named whose state, password or role has changed, and everybody after a change of any group, key or role. Nobody is
    /// left out; one may be named again.
    ///
    /// - Parameter cursor: `nil` for a first cursor, with everybody.
    /// - Returns: Whom it concerns, and the cursor to go on from.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    func rightsChanges(since cursor: RightsCursor?) async throws(AccountsError) -> RightsChanges
    /// When a credential was first used, in Unix seconds; `nil` if it was not, or that is forgotten.
    func firstUse(of key: SpentCredential) async throws(AccountsError) -> Int64?
}
