internal import AccountAdministration
package import Accounts
internal import LoginKey
internal import Synchronization

/// Keeps providers' keys fresh: in the background, and when a token names an unknown key.
///
/// A provider is asked at most once a minute, however many tokens come with keys that it never had; callers in the
/// meantime get what that one call brought. While a provider is down, or publishes something unreadable, the stored
/// keys stay in use.
package final class KeySetRefresher: Sendable {
    /// How long a provider is not asked again, in seconds.
    package static let pause: Int64 = 60

    private struct Name: Hashable {
        let issuer: String
        let audience: String
        /// Keys from another place are other keys.
        let source: IdentityProvider.KeySource
    }

    private struct Call {
        let start: Int64
        let task: Task<IdentityProvider?, Never>
    }

    private let store: any IdentityProviderStore
    private let calls: any ProviderCalls
    private let onFailure: @Sendable (IdentityProvider, any Error) -> Void
    private let latest = Mutex<[Name: Call]>([:])

    /// Makes a refresher.
    ///
    /// - Parameters:
    ///   - store: Where the keys are.
    ///   - calls: How providers are asked.
    ///   - onFailure: Gets each call that brought no keys, and why.
    package init(
        store: any IdentityProviderStore,
        calls: any ProviderCalls,
        onFailure: @escaping @Sendable (IdentityProvider, any Error) -> Void = { _, _ in }
    ) {
        self.store = store
        self.calls = calls
        self.onFailure = onFailure
    }

    /// Gets a provider's keys, unless that was tried within the last minute: then what it brought.
    ///
    /// - Parameters:
    ///   - provider: As it is stored.
    ///   - milliseconds: Now, in Unix milliseconds.
    ///   - correlationID: For the audit, if the keys have changed.
    /// - Returns: The provider with new keys; `nil` if none could be fetched.
    package func refreshed(
        _ provider: IdentityProvider,
        at milliseconds: Int64,
        _ correlationID: CorrelationID
    ) async -> IdentityProvider? {
        guard let source = provider.keySource else { return nil }
        let now = milliseconds / 1000
        let task = latest.withLock { latest in
            let name = Name(issuer: provider.issuer, audience: provider.audience, source: source)
            if let call = latest[name], (now - call.start).magnitude < UInt64(Self.pause) { return call.task }
            let task = Task { await fetch(provider, milliseconds, correlationID) }
            latest[name] = Call(start: now, task: task)
            return task
        }
        guard let fresh = await task.value, fresh.keySet != provider.keySet else { return nil }
        var provider = provider
        provider.keySet = fresh.keySet
        return provider
    }

    private func fetch(
        _ provider: IdentityProvider,
        _ milliseconds: Int64,
        _ correlationID: CorrelationID
    ) async -> IdentityProvider? {
        do {
            var provider = provider
            let keySet = try await calls.keySet(of: provider)
            guard keySet != provider.keySet else { return provider }
            provider.keySet = keySet
            try await administration(by: provider, milliseconds, correlationID).renewKeys(of: provider, to: keySet)
            return provider
        } catch {
            onFailure(provider, error)
            return nil
        }
    }

    /// The provider's administration of itself.
    private func administration(
        by provider: IdentityProvider,
        _ milliseconds: Int64,
        _ correlationID: CorrelationID
    ) -> IdentityProviderAdministration {
        let template = AuditEvent(
            time: milliseconds,
            correlationID: correlationID,
            partnerID: provider.partnerID,
            actor: provider.issuer,
            action: .administration,
            outcome: .granted,
            source: "key set"
        )
        return IdentityProviderAdministration(
            store: store,
            of: provider.partnerID,
            by: .identityProvider(recording: template)
        )
    }
}
