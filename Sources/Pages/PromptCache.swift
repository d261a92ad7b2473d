internal import Accounts
internal import LoginKey
internal import Synchronization

/// What the login page shows before anybody has said who they are: looked up once for all who ask within half a second.
///
/// Anybody can ask for that page, as often as they like. It decides nothing.
final class PromptCache: Sendable {
    private struct Entry<Value: Sendable>: Sendable {
        let value: Task<Value, Never>
        let until: ContinuousClock.Instant

        var isGood: Bool { ContinuousClock.now < until }
    }

    private struct State {
        var only: Entry<Group?>?
        var providers: [PartnerID: Entry<[IdentityProvider]>] = [:]
    }

    private static let lifetime = Duration.milliseconds(500)
    /// At most this many groups are remembered.
    private static let maximumGroups = 1000

    private let store: any AccountStore
    private let state = Mutex(State())

    init(store: any AccountStore) {
        self.store = store
    }

    /// The group of an installation with only one; `nil` with several, and with none.
    func onlyGroup() async -> Group? {
        let task = state.withLock { state in
            if let entry = state.only, entry.isGood { return entry.value }
            let task = Task { [store] () -> Group? in
                guard let groups = try? await store.groups(), groups.count == 1 else { return nil }
                return groups.first
            }
            state.only = Entry(value: task, until: .now + Self.lifetime)
            return task
        }
        return await task.value
    }

    /// The providers that a group's users sign in with, by their names.
    func providers(of partnerID: PartnerID) async -> [IdentityProvider] {
        let task = state.withLock { state in
            if let entry = state.providers[partnerID], entry.isGood { return entry.value }
            if state.providers.count >= Self.maximumGroups { state.providers.removeAll() }
            let task = Task { [store] () -> [IdentityProvider] in
                let all = (try? await store.identityProviders(of: partnerID)) ?? []
                return all.filter { $0.signIn != nil }.sorted { $0.signIn?.name ?? "" < $1.signIn?.name ?? "" }
            }
            state.providers[partnerID] = Entry(value: task, until: .now + Self.lifetime)
            return task
        }
        return await task.value
    }
}
