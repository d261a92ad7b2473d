package import Accounts
package import LoginKey

/// What may be done to a group's identity providers; only the operator changes them, except the keys they publish.
package struct IdentityProviderAdministration: Sendable {
    private let store: any IdentityProviderStore
    private let administrator: Administrator
    private let partnerID: PartnerID

    /// Makes the administration of one group's providers.
    package init(store: any IdentityProviderStore, of partnerID: PartnerID, by administrator: Administrator) {
        self.store = store
        self.partnerID = partnerID
        self.administrator = administrator
    }

    /// Connects a provider, or replaces an existing one.
    ///
    /// - Parameter provider: One of this group, whose address was checked when its metadata was read.
    /// - Throws: ``AccountsError/Code/invalidField``; ``AccountsError/Code/alreadyExists`` if another group has its issuer
    ///   and audience, or another provider of the group its name.
    package func connect(_ provider: IdentityProvider) async throws(AccountsError) {
        guard provider.partnerID == partnerID else { throw Self.foreign }
        try Self.check(keySet: provider.keySet)
        let event = administrator.event("identity provider \(provider.issuer) connected")
        do {
            try await store.saveIdentityProvider(provider, recording: event)
        } catch {
            guard error.code == .alreadyExists else { throw error }
            throw AccountsError(
                code: .alreadyExists,
                message: "another group has this issuer and audience, or another provider of the group has this name"
            )
        }
    }

    /// Gives a provider the keys that it publishes now, and leaves the rest as it is.
    ///
    /// - Throws: ``AccountsError/Code/invalidField``; ``AccountsError/Code/notFound``, also if its keys are read from
    ///   elsewhere by now.
    package func renewKeys(of provider: IdentityProvider, to keySet: String) async throws(AccountsError) {
        try Self.check(keySet: keySet)
        guard provider.partnerID == partnerID else { throw Self.foreign }
        let event = administrator.event("identity provider \(provider.issuer) has new keys")
        try await store.updateKeySet(keySet, of: provider, recording: event)
    }

    /// Disconnects a provider: nobody signs in with it, and its tokens are refused, from the next request on.
    ///
    /// - Throws: ``AccountsError/Code/notFound``.
    package func disconnect(issuer: String, audience: String) async throws(AccountsError) {
        let event = administrator.event("identity provider \(issuer) disconnected")
        try await store.removeIdentityProvider(issuer: issuer, audience: audience, of: partnerID, recording: event)
    }

    private static let foreign = AccountsError(code: .invalidField, message: "the provider is another group's")

    private static func check(keySet: String) throws(AccountsError) {
        guard keySet.utf8.count <= IdentityProvider.maximumKeySetByteCount else {
            throw AccountsError(code: .invalidField, message: "the provider's keys are longer than 64 KiB")
        }
    }
}
