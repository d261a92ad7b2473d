package import Accounts

/// What may become of other people's second factors; only the operator takes them away.
///
/// What users do with their own ones is decided at their visit: it takes the password, and one of the factors.
package struct SecondFactorAdministration: Sendable {
    private let store: any SecondFactorStore
    private let administrator: Administrator

    /// Makes the administration of the operator.
    package init(store: any SecondFactorStore, by administrator: Administrator) {
        self.store = store
        self.administrator = administrator
    }

    /// Takes a user's second factor away, security keys too; none is no error.
    ///
    /// - Throws: ``AccountsError/Code/notFound`` for an unknown user.
    package func reset(of user: User) async throws(AccountsError) {
        let event = administrator.event("second factor of \(user.username) taken away")
        try await store.removeSecondFactor(of: user.id, in: user.partnerID, recording: event)
    }

    /// Takes one of a user's security keys away; with the last one of a user without an app, the second factor too.
    ///
    /// - Throws: ``AccountsError/Code/notFound`` for a key that the user does not have.
    package func remove(_ key: SecurityKey.ID, of user: User) async throws(AccountsError) {
        let event = administrator.event("security key \(key) of \(user.username) taken away")
        try await store.removeSecurityKey(key, of: user.id, in: user.partnerID, recording: event)
    }
}
