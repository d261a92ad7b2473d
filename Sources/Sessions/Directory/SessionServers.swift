package import Accounts
internal import Synchronization

/// The session servers: the one here, and those of other nodes.
package final class SessionServers: Sendable {
    /// Who was silent for so many seconds is taken for dead: others take up its sessions.
    package static let patience: Int64 = 4

    /// For so long a server has to be heard of itself before it says that another is dead: after an outage of the store
    /// all come back, but not at the same moment.
    static let certainty: Int64 = 10

    private struct Known {
        var others: [SessionServerStatus] = []
        var state = SessionServerStatus.State.ready
        /// Since when the store has heard of this server without a gap.
        var heardSince: ContinuousClock.Instant?
        /// When it has heard of this server last.
        var heardAt: ContinuousClock.Instant?

        /// Whether it was heard of within the patience that others have with it.
        func isHeard(at now: ContinuousClock.Instant) -> Bool {
            heardAt.map { $0.duration(to: now) < .seconds(SessionServers.patience) } ?? false
        }
    }

    /// The one here.
    package let own: SessionServerRecord
    private let known = Mutex(Known())
    private let load = Atomic(0)

    /// Makes a list of one server.
    package init(_ own: SessionServerRecord) {
        self.own = own
    }

    /// Takes over which servers there are; to be called right after the store has heard of this one.
    ///
    /// A call that comes late begins anew: the store may have been away meanwhile without an error.
    package func update(_ servers: [SessionServerStatus], at now: ContinuousClock.Instant = .now) {
        known.withLock { known in
            if !known.isHeard(at: now) { known.heardSince = now }
            known.heardAt = now
            known.others = servers.filter { $0.server.name != own.name }
            guard known.state != .stopped else { return }
            known.state = servers.first { $0.server.name == own.name }?.state ?? .ready
        }
    }

    /// The store cannot be asked: who is silent there need not be dead.
    package func lose() {
        known.withLock { ($0.heardSince, $0.heardAt) = (nil, nil) }
    }

    /// This server takes no new sessions any more.
    package func stop() {
        known.withLock { $0.state = .stopped }
    }

    /// Whether this server lets its sessions go.
    package var isLeaving: Bool { known.withLock { $0.state != .ready } }

    /// Whether a server that is silent must be dead: this one was heard of all that time itself.
    ///
    /// After an outage of the store nobody was.
    package func mayJudge(silence seconds: Int64, at now: ContinuousClock.Instant = .now) -> Bool {
        known.withLock { known in
            guard let since = known.heardSince, known.isHeard(at: now) else { return false }
            return since.duration(to: now) > .seconds(seconds)
        }
    }

    /// Where a new session is put: on the less loaded of two servers that take sessions.
    ///
    /// On this one if there is no other.
    package func place(
        among servers: [SessionServerStatus]? = nil,
        using generator: inout some RandomNumberGenerator
    ) -> SessionServerRecord {
        let (others, isReady) = known.withLock { (servers ?? $0.others, $0.state == .ready) }
        var candidates = others.filter { $0.takesSessions && $0.server.name != own.name }.map(\.server)
        if isReady { candidates.append(current) }
        candidates.shuffle(using: &generator)
        return candidates.prefix(2).min { $0.sessions < $1.sessions } ?? own
    }

    /// How many sessions the server here has; set by its hub.
    package func count(_ sessions: Int) {
        load.store(sessions, ordering: .relaxed)
    }

    /// The server here, with its present load.
    package var current: SessionServerRecord {
        var server = own
        server.sessions = load.load(ordering: .relaxed)
        return server
    }

    /// The servers of other nodes that are heard of.
    package var others: [SessionServerRecord] {
        known.withLock { $0.others.filter(\.isAlive).map(\.server) }
    }

    /// Whether there are other nodes.
    package var hasOthers: Bool { !others.isEmpty }

    /// The servers that take sessions and visitors.
    var live: [SessionServerRecord] {
        known.withLock { known in
            known.others.filter(\.isAlive).map(\.server) + (known.state == .ready ? [own] : [])
        }
    }

    /// Where participants connect, on all servers.
    ///
    /// Those that are away for the moment too: a page that is open when they come back may be sent there.
    package var urls: [String] {
        [own.url] + known.withLock { $0.others.map(\.server.url) }
    }
}

extension SessionServerStatus {
    /// Whether its sessions are looked for there.
    var isAlive: Bool { state == .ready && silence < SessionServers.patience }
    /// Whether new sessions are put there.
    var takesSessions: Bool { state == .ready && silence < SessionServers.patience - 1 }
}
