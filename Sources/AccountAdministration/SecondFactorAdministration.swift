package import Accounts

/// What may be done to other people's second factors; only the operator takes them away.
///
/// What users do with their own is decided when they visit: it takes the password and one of the factors.
package struct SecondFactorAdministration: Sendable {
    private let store: any SecondFactorStore
    private let administrator: Administrator

    /// Makes the administration of the operator.
    package init(store: any SecondFactorStore, by administrator: Administrator) {
        self.store = store
        self.administrator = administrator
    }

    /// Removes a user's second factor and all security keys; having none is not an error.
    ///
    /// - Throws: ``AccountsError/Code/notFound`` for an unknown user.
    package func reset(of user: User) async throws(AccountsError) {
        let event = administrator.event("second factor of \(user.username) taken away")
        try await store.removeSecondFactor(of: user.id, in: user.partnerID, recording: event)
    }

    /// Removes one of a user's security keys; if it is the last one and the user has no app, the second factor too.
    ///
    /// - Throws: ``AccountsError/Code/notFound`` for a key that the user does not have.
    package func remove(_ key: SecurityKey.ID, of user: User) async throws(AccountsError) {
        let event = administrator.event("security key \(key) of \(user.username) taken away")
        try await store.removeSecurityKey(key, of: user.id, in: user.partnerID, recording: event)
    }
}
