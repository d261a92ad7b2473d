internal import Accounts
internal import Synchronization

// Sessions that go to other servers.

extension SessionHub {
    /// How many sessions are let go at once by a server that is taken out of use: their sides all come back elsewhere.
    package static let leavingPerSecond = 50

    /// Lets sessions go that others have taken up while this server could not be heard of.
    package func releaseMovedSessions() async {
        let live = state.withLock { state in
            state.sessions.values.filter { state.ended[$0.id] == nil }
        }
        guard !live.isEmpty, let open = try? await store.openSessions(on: name) else { return }
        let own = Set(open.map(\.id))
        release(live.filter { !own.contains($0.id) })
    }

    /// Lets some sessions go, for a server that is taken out of use.
    package func releaseSome() {
        release(
            state.withLock { state in
                Array(state.sessions.values.filter { state.ended[$0.id] == nil }.prefix(Self.leavingPerSecond))
            }
        )
    }
}
