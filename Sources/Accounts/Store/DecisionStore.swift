/// Decisions on credentials, and what is known at one moment about whoever they name.
///
/// ``AccountStore`` says what holds for every method.
package protocol DecisionStore: Sendable {
    /// Reads what is known about an account and lets the transaction decide on it, all at one moment; then writes the
    /// decision's audit event and spends the credential. Nobody hears of the decision before it is durable.
    func perform(_ transaction: any AuthenticationTransaction)
    /// Reads what is known about an account; `nil` for an unknown group or user name.
    func snapshot(of key: AccountReference, at now: Int64) async throws(AccountsError) -> AccountSnapshot?
    /// Reads what is known about users, all at one moment; users who do not exist are left out.
    ///
    /// It takes a few queries, however many users there are.
    func snapshots(of users: Set<User.ID>, at now: Int64) async throws(AccountsError) -> [User.ID: AccountSnapshot]
    /// Whose rights may have changed since a cursor was given.
    ///
    /// Names the users whose state, password or role has changed, and everybody after a change of any group, key or role. Nobody
    /// is left out; a user may be named again.
    ///
    /// - Parameter cursor: `nil` for a first cursor, with everybody.
    /// - Returns: The users concerned, and the cursor to continue from.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    func rightsChanges(since cursor: RightsCursor?) async throws(AccountsError) -> RightsChanges
    /// When a credential was first used, in Unix seconds; `nil` if it was not, or if that was forgotten.
    func firstUse(of key: SpentCredential) async throws(AccountsError) -> Int64?
}
