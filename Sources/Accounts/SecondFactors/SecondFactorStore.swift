package import LoginKey

/// Second factors of users.
///
/// What holds for each method is said at ``AccountStore``.
package protocol SecondFactorStore: Sendable {
    /// A user's second factor; `nil` if there is none. Throws ``AccountsError/Code/unreadableSecret`` where the master key
    /// is another one.
    func secondFactor(of userID: User.ID, in partnerID: PartnerID) async throws(AccountsError) -> SecondFactor?
    /// Gives a user a second factor, in place of the one that they have had.
    ///
    /// The user is as they were read: throws ``AccountsError/Code/versionConflict`` if they have another second factor by now,
    /// or another password, and ``AccountsError/Code/notFound`` for an unknown user.
    func saveSecondFactor(
        _ factor: SecondFactor,
        of user: User,
        recording event: AuditEvent
    ) async throws(AccountsError)
    /// Takes a user's second factor away; none is no error. Throws ``AccountsError/Code/notFound`` for an unknown user.
    func removeSecondFactor(
        of userID: User.ID,
        in partnerID: PartnerID,
        recording event: AuditEvent
    ) async throws(AccountsError)
}

extension AccountStore {
    /// How many recovery codes of a user are left; `nil` for a user without a second factor.
    package func recoveryCodesLeft(of user: User) async throws(AccountsError) -> Int? {
        guard let factor = try await secondFactor(of: user.id, in: user.partnerID) else { return nil }
        var left = 0
        for digest in factor.recoveryDigests {
            if try await firstUse(of: SecondFactor.spending(recoveryDigest: digest)) == nil { left += 1 }
        }
        return left
    }
}
