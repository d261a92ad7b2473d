internal import Accounts
internal import Logging
internal import Synchronization

/// Says whose right to be here has to be looked up again: theirs whose rights may have changed, and theirs who have come meanwhile.
///
/// Everybody's now and then, as a clock behind a change may have been wrong.
final class RightsWatch: Sendable {
    private struct State {
        var mark: RightsMark?
        /// Who has come since the last look: what their right rests on was read before.
        var newcomers: Set<User.ID> = []
        /// So many looks are left until everybody's right is looked up.
        var looksLeft = 0
        var isFailing = false
    }

    /// So many looks, each a second, may go by between two for everybody.
    private static let looksBetween = 60

    private let store: any DecisionStore
    private let logger: Logger
    private let state = Mutex(State())

    init(store: any DecisionStore, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// Somebody has come in.
    func note(_ newcomer: User.ID) {
        state.withLock { _ = $0.newcomers.insert(newcomer) }
    }

    /// Calls `look` with whom to look up again; if the store or `look` fails, the next look is for everybody.
    func look(_ look: (RightsChanges.Affected) async throws(AccountsError) -> Void) async {
        do {
            try await attempt(look)
            state.withLock { $0.isFailing = false }
        } catch {
            let isNews = state.withLock { state in
                defer { state.isFailing = true }
                return !state.isFailing
            }
            guard isNews else { return }
            logger.error("the rights of agents could not be looked up", metadata: ["error": "\(error)"])
        }
    }

    private func attempt(
        _ look: (RightsChanges.Affected) async throws(AccountsError) -> Void
    ) async throws(AccountsError) {
        let (mark, newcomers) = state.withLock { state in
            defer {
                state.newcomers = []
                state.mark = nil
                state.looksLeft = (state.looksLeft > 0 ? state.looksLeft : Self.looksBetween) - 1
            }
            return (state.looksLeft > 0 ? state.mark : nil, state.newcomers)
        }
        let changes = try await store.rightsChanges(since: mark)
        switch changes.affected {
        case .everybody: try await look(.everybody)
        case .users(let users): try await look(.users(users.union(newcomers)))
        }
        state.withLock { $0.mark = changes.mark }
    }
}

extension RightsChanges.Affected {
    /// Whether it may concern anybody.
    var isAnybody: Bool {
        switch self {
        case .everybody: true
        case .users(let users): !users.isEmpty
        }
    }

    /// Whether it may concern a user.
    func contains(_ user: User.ID) -> Bool {
        switch self {
        case .everybody: true
        case .users(let users): users.contains(user)
        }
    }
}
