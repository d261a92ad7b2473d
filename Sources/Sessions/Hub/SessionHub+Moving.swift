internal import Accounts
internal import Synchronization

// Sessions that go to other servers.

extension SessionHub {
    /// How many sessions a server that is taken out of use moves away at once: their sides all come back elsewhere.
    package static let leavingPerSecond = 50

    /// Gives up sessions that others have taken over while this server could not be heard from.
    package func releaseMovedSessions() async {
        let live = state.withLock { state in
            state.sessions.values.filter { state.ended[$0.id] == nil }
        }
        guard !live.isEmpty, let open = try? await store.openSessions(on: name) else { return }
        let own = Set(open.map(\.id))
        release(live.filter { !own.contains($0.id) })
    }

    /// Moves some sessions away, for a server that is taken out of use.
    package func releaseSome() {
        release(
            state.withLock { state in
                Array(state.sessions.values.filter { state.ended[$0.id] == nil }.prefix(Self.leavingPerSecond))
            }
        )
    }
}
