package import Accounts
package import Logging
internal import LoginKey
internal import Metrics
internal import NIOCore
internal import ServiceLifecycle
package import ServiceTokens
internal import Synchronization
internal import WireProtocol

/// All sessions on this server.
///
/// It admits a participant by server key alone, without asking the store.
package final class SessionHub: Sendable {
    struct State {
        var sessions: [String: LiveSession] = [:]
        /// Used server keys and when they may be forgotten.
        var usedKeys: [String: Int64] = [:]
        /// Sessions that have ended, and when they may be forgotten: as long as a key for them may be about.
        var ended: [String: Int64] = [:]
        /// Sessions of an earlier run whose sides are expected back, and until when.
        var awaited: [String: (record: SessionRecord, until: Int64)] = [:]
        /// How sessions have ended that could not be written down yet.
        var unwritten: [SessionRecord] = []
        /// How many more bad keys are written down before the next look.
        var notesLeft = SessionHub.maximumNotes
    }

    /// How many bad keys are written down in a second: a flood must not fill the audit.
    static let maximumNotes = 50

    /// How many ends of sessions are handed to the store at once.
    static let writtenTogether = 100

    /// How long to wait before a session is written down again that could not be.
    static let pauseWithoutStore = Duration.milliseconds(500)

    /// The name that server keys must carry.
    package var name: String { servers.own.name }
    let servers: SessionServers
    let store: any DecisionStore & SessionStore & LaunchStore & AuditStore
    let signer: ServerKeySigner
    let time: TimeSource
    let logger: Logger
    let memory: PageMemory
    let publicAssets: PublicAssetAccess
    /// How long a side may be away.
    package let reconnectSeconds: Int64
    let onEnd: @Sendable (SessionRecord) -> Void
    let state = Mutex(State())
    let rights: RightsWatch
    let liveSessions = Gauge(label: "latchkey_sessions")
    let work: AsyncStream<Work>
    let continuation: AsyncStream<Work>.Continuation

    enum Work: Sendable {
        case run(LiveSession)
        case append(AuditEvent, LaunchUpdate? = nil)
        case fetch(SessionRelay.PublicAssetWork)
    }

    /// Makes a hub without sessions.
    ///
    /// - Parameters:
    ///   - servers: The servers; the one here is this.
    ///   - store: Where sessions are written down.
    ///   - signer: Checks server keys.
    ///   - time: The clock.
    ///   - memory: What the pages of all sessions may take.
    ///   - publicAssets: What agents get from other sites through this server.
    ///   - reconnectSeconds: How long a side may be away.
    ///   - logger: Where failures are written.
    ///   - onEnd: Called with each session that has ended, once that is written down.
    package init(
        servers: SessionServers,
        store: any DecisionStore & SessionStore & LaunchStore & AuditStore,
        signer: ServerKeySigner,
        time: TimeSource,
        memory: PageMemory,
        publicAssets: PublicAssetAccess = .none,
        reconnectSeconds: Int64 = SessionStateMachine.reconnectSeconds,
        logger: Logger,
        onEnd: @escaping @Sendable (SessionRecord) -> Void = { _ in }
    ) {
        self.onEnd = onEnd
        self.servers = servers
        self.store = store
        self.signer = signer
        self.time = time
        self.rights = RightsWatch(store: store, logger: logger)
        self.logger = logger
        self.memory = memory
        self.publicAssets = publicAssets
        self.reconnectSeconds = reconnectSeconds
        (self.work, self.continuation) = AsyncStream.makeStream()
    }

    /// Runs until it is shut down gracefully; sessions that are not over can be taken up again by the next run.
    package func run() async {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { timers in
                timers.addTask { await self.keepTime() }
                timers.addTask { await self.watchRights() }
                await self.runSessions()
                timers.cancelAll()
            }
        } onGracefulShutdown: {
            self.stop()
        }
    }

    func runSessions() async {
        await withDiscardingTaskGroup { group in
            for await item in work {
                switch item {
                case .run(let session): group.addTask { await self.drive(session) }
                case .append(let event, let launch): group.addTask { await self.append(event, launch) }
                case .fetch(let asset): group.addTask { await asset.carryOut(self.publicAssets.fetch) }
                }
            }
        }
    }

    /// Looks at every session whose time has come.
    package func tick() {
        let now = time.seconds
        let sessions = state.withLock { state in
            state.usedKeys = state.usedKeys.filter { $0.value > now }
            state.notesLeft = Self.maximumNotes
            for id in state.ended.filter({ $0.value <= now }).keys {
                state.ended[id] = nil
                state.sessions[id] = nil
            }
            liveSessions.record(state.sessions.count - state.ended.count)
            servers.count(state.sessions.count - state.ended.count)
            return Array(state.sessions.values)
        }
        for session in sessions {
            session.tick(at: now)
        }
    }

    /// Takes agents out of their sessions who may no longer sign in, or whose API key was revoked, and ends the sessions
    /// in which no agent is left
    /// (`docs/threats.md#rotation` and `docs/threats.md#suspended`).
    func endSessionsOfFormerAgents() async {
        await rights.look { affected async throws(AccountsError) in try await endSessions(of: affected) }
    }

    private func endSessions(of affected: RightsChanges.Affected) async throws(AccountsError) {
        guard !affected.isEmpty else { return }
        let now = time.seconds
        let agents = state.withLock { Array($0.sessions.values) }
            .flatMap { session in session.agents.map { (session: session, id: $0, agent: $1) } }
            .filter { affected.contains($0.agent.userID) }
        let snapshots = try await store.snapshots(of: Set(agents.map(\.agent.userID)), at: now)
        for (session, id, agent) in agents {
            // An agent whose group was deleted no longer has a snapshot.
            let mayStay = snapshots[agent.userID].map(agent.mayStay) ?? false
            if !mayStay { session.expel(id, at: now) }
        }
    }

    /// Ends the sessions that an administrator wants to end.
    func endRequestedSessions() async {
        guard let records = try? await store.sessionsToEnd(on: name) else { return }
        let now = time.seconds
        var others: [SessionRecord] = []
        for record in records {
            let session = state.withLock { state in
                state.awaited[record.id] = nil
                return state.sessions[record.id]
            }
            if let session { session.kill(.killed, at: now) } else { others.append(record) }
        }
        await endSessions(others) { _ in .killed }
    }

    /// Disconnects everybody; participants who come back within ``reconnectSeconds`` find the session again.
    func stop() {
        for session in state.withLock({ Array($0.sessions.values) }) {
            session.suspend()
        }
        continuation.finish()
    }

    /// Gives up sessions that are on another server now, or will be; their sides come back there.
    func release(_ sessions: [LiveSession]) {
        state.withLock { state in
            for session in sessions where state.sessions[session.id] === session { state.sessions[session.id] = nil }
        }
        for session in sessions { session.suspend() }
    }

    /// Does not wait for writes: agents whose right has ended must be gone within seconds.
    private func watchRights() async {
        while (try? await Task.sleep(for: .seconds(1))) != nil { await endSessionsOfFormerAgents() }
    }

    func keepTime() async {
        var looks = 0
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            tick()
            looks += 1
            await endAbandonedSessions()
            if looks.isMultiple(of: 3) {
                await endRequestedSessions()
                await writeUnwrittenEnds()
            }
            if looks.isMultiple(of: 60) { await endForgottenSessions() }
        }
    }
}
