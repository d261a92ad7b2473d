package import Accounts
internal import Synchronization

/// The session servers: the one here, and those of other nodes.
package final class SessionServers: Sendable {
    /// A server that was silent for this many seconds counts as dead: others take over its sessions.
    package static let patience: Int64 = 4

    /// For how long a server must itself be heard from before it says that another is dead: after an outage of the store
    /// all come back, but not at the same moment.
    static let certainty: Int64 = 10

    private struct Known {
        var others: [SessionServerStatus] = []
        var state = SessionServerStatus.State.ready
        /// Since when the store has heard from this server without a gap.
        var heardSince: ContinuousClock.Instant?
        /// When it last heard from this server.
        var heardAt: ContinuousClock.Instant?

        /// Whether it was heard from within the time that others wait.
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

    /// Takes over the list of servers; to be called right after the store has heard from this one.
    ///
    /// A late call starts again: the store may have been away in the meantime without an error.
    package func update(_ servers: [SessionServerStatus], at now: ContinuousClock.Instant = .now) {
        known.withLock { known in
            if !known.isHeard(at: now) { known.heardSince = now }
            known.heardAt = now
            known.others = servers.filter { $0.server.name != own.name }
            guard known.state != .stopped else { return }
            known.state = servers.first { $0.server.name == own.name }?.state ?? .ready
        }
    }

    /// The store cannot be asked: a silent server need not be dead.
    package func lose() {
        known.withLock { ($0.heardSince, $0.heardAt) = (nil, nil) }
    }

    /// This server no longer takes new sessions.
    package func stop() {
        known.withLock { $0.state = .stopped }
    }

    /// Whether this server moves its sessions away.
    package var isLeaving: Bool { known.withLock { $0.state != .ready } }

    /// Whether a silent server must be dead: this one was itself heard from all that time.
    ///
    /// After an outage of the store none was.
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

    /// The servers of other nodes that are heard from.
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
    /// Including those that are away for the moment: a page that is open when they come back may be sent there.
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
