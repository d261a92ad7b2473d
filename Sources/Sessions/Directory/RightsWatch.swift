internal import Accounts
internal import Logging
internal import Synchronization

/// Says, every second, which agents' right to be here must be looked up again.
///
/// That is those whose rights may have changed, and those who have come since the last look, as their right was read before it. Once a
/// minute, and after a look that has failed, it is everybody.
final class RightsWatch: Sendable {
    private struct State {
        var cursor: RightsCursor?
        var lookedAt: ContinuousClock.Instant?
        var arrivals: Set<User.ID> = []
        /// How many looks there were since the last one for everybody.
        var looksSinceEverybody = 0
        var isFailing = false
    }

    /// The maximum number of looks between two for everybody.
    private static let mostLooksBetween = 60
    /// The minimum number of looks between two for everybody, however often groups, keys and roles change.
    private static let leastLooksBetween = 3
    /// After a longer pause the cursor is useless.
    private static let longestPause = Duration.seconds(60)

    private let store: any DecisionStore
    private let logger: Logger
    private let state = Mutex(State())

    init(store: any DecisionStore, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// Somebody has come in.
    func arrive(_ user: User.ID) {
        state.withLock { _ = $0.arrivals.insert(user) }
    }

    /// Calls `look` with the agents to look up; if the store or `look` fails, the next look is for everybody.
    func look(_ look: (RightsChanges.Affected) async throws(AccountsError) -> Void) async {
        do {
            try await attempt(look)
            if setFailing(false) { logger.notice("the rights of agents can be looked up again") }
        } catch {
            guard !setFailing(true) else { return }
            logger.error("the rights of agents could not be looked up", metadata: ["error": "\(error)"])
        }
    }

    /// Notes whether looks fail; returns whether they did before.
    private func setFailing(_ isFailing: Bool) -> Bool {
        state.withLock { state in
            defer { state.isFailing = isFailing }
            return state.isFailing
        }
    }

    private func attempt(
        _ look: (RightsChanges.Affected) async throws(AccountsError) -> Void
    ) async throws(AccountsError) {
        let now = ContinuousClock.now
        let (cursor, arrivals, looks) = state.withLock { state in
            let isOld = state.lookedAt.map { $0.duration(to: now) > Self.longestPause } ?? true
            let isDue = state.looksSinceEverybody >= Self.mostLooksBetween
            defer {
                // If this look fails, the next starts again.
                (state.cursor, state.arrivals) = (nil, [])
                state.looksSinceEverybody += 1
            }
            return (isOld || isDue ? nil : state.cursor, state.arrivals, state.looksSinceEverybody)
        }
        let changes = try await store.rightsChanges(since: cursor)
        var next = changes.cursor
        switch changes.affected {
        case .users(let users): try await look(.users(users.union(arrivals)))
        case .everybody:
            if let cursor, looks < Self.leastLooksBetween {
                // Everybody is looked up a little later.
                next = cursor
                try await look(.users(arrivals))
            } else {
                try await look(.everybody)
                state.withLock { $0.looksSinceEverybody = 1 }
            }
        }
        state.withLock { ($0.cursor, $0.lookedAt) = (next, now) }
    }
}

extension RightsChanges.Affected {
    /// Whether it concerns nobody.
    var isEmpty: Bool {
        switch self {
        case .everybody: false
        case .users(let users): users.isEmpty
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
