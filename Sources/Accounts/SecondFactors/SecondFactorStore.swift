package import LoginKey

/// Second factors of users.
///
/// ``AccountStore`` says what holds for every method.
package protocol SecondFactorStore: Sendable {
    /// A user's second factor; `nil` if there is none. Throws ``AccountsError/Code/unreadableSecret`` if the master key
    /// is different.
    func secondFactor(of userID: User.ID, in partnerID: PartnerID) async throws(AccountsError) -> SecondFactor?
    /// Gives a user a second factor, replacing any earlier one.
    ///
    /// The user is as they were read: throws ``AccountsError/Code/versionConflict`` if they now have another second factor
    /// or password, and ``AccountsError/Code/notFound`` for an unknown user.
    func saveSecondFactor(
        _ factor: SecondFactor,
        of user: User,
        recording event: AuditEvent
    ) async throws(AccountsError)
    /// Removes a user's second factor and all security keys; having none is not an error. Throws
    /// ``AccountsError/Code/notFound`` for an unknown user.
    func removeSecondFactor(
        of userID: User.ID,
        in partnerID: PartnerID,
        recording event: AuditEvent
    ) async throws(AccountsError)
    /// A user's security keys, the oldest first.
    func securityKeys(of userID: User.ID) async throws(AccountsError) -> [SecurityKey]
    /// The security key with this id, whoever has it; `nil` if nobody does.
    func securityKey(credentialID: [UInt8]) async throws(AccountsError) -> SecurityKey?
    /// Gives a user a security key; and a user who has none, a second factor, for its recovery codes.
    ///
    /// The user is as they were read: throws ``AccountsError/Code/versionConflict`` if they now have another second factor
    /// or password, and ``AccountsError/Code/notFound`` for an unknown user. Throws
    /// ``AccountsError/Code/alreadyExists`` if somebody has the key, ``AccountsError/Code/tooMany`` if the user has
    /// ``SecurityKey/maximumCount``, and ``AccountsError/Code/invalidField`` for its name.
    ///
    /// - Returns: The key with its id.
    func addSecurityKey(
        _ key: SecurityKey,
        with factor: SecondFactor?,
        of user: User,
        recording event: AuditEvent
    ) async throws(AccountsError) -> SecurityKey
    /// Removes one of a user's security keys; if it is the last one and the user has no app, the second factor too.
    ///
    /// Throws ``AccountsError/Code/notFound`` for a key that the user does not have.
    func removeSecurityKey(
        _ id: SecurityKey.ID,
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
