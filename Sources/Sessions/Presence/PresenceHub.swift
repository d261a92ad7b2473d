package import Accounts
package import Logging
package import LoginKey
internal import Metrics
internal import ServiceLifecycle
internal import Synchronization

/// All visitors who are present on this server, and all agents who watch; in memory only.
///
/// Presence is forgotten with the process: pages announce themselves again when they reconnect.
package final class PresenceHub: Sendable {
    /// How many connections there may be.
    package struct Limits: Sendable {
        /// Visitors' connections, and those that have not yet said who they are, from one source.
        package var perSource = 50
        /// Connections of one agent.
        package var perAgent = 100
        /// Connections of each kind in all.
        package var total = 50_000

        /// The usual limits.
        package init() {}
    }

    /// Says whether an agent may see who is present: `nil` for every refusal, an error if that is unknown now.
    package typealias Authorization = @Sendable (AgentCredentials) async throws -> PresenceAgent?

    /// Says whether a group that an address names exists, now in Unix milliseconds; an error if it may not ask.
    package typealias GroupLookup = @Sendable (PartnerID, String, Int64) async throws -> Bool

    /// A connection.
    struct PresenceConnection {
        let connection: ParticipantConnection
        var agent: PresenceAgent?
        var isAdmitted = false
    }

    struct State {
        var machine = PresenceStateMachine()
        var connections: [PeerID: PresenceConnection] = [:]
        var sources: ConnectionQuota
        var agents: ConnectionQuota
        var lastPeer = 0

        /// Sent while the lock is held, so that nobody is told of two changes in the wrong order.
        func send(_ notices: [PresenceStateMachine.Notice]) {
            for notice in notices {
                connections[notice.peer]?.connection.post(notice.event.json)
            }
        }
    }

    enum Work: Sendable {
        case admit(PeerID, Request)
        /// Write down what a visitor has said, then tell.
        case record(AuditEvent, [PresenceStateMachine.Notice])
    }

    /// What a connection wants.
    enum Request: Sendable {
        case announce(VisitorReference, PresentVisitor)
        case watch(VisitorReference, AgentCredentials)
    }

    /// How often it is checked that everybody is where they belong, in seconds.
    private static let homeInterval = 3
    /// How often forgotten questions are dropped, in seconds.
    private static let tidyingInterval = 60

    /// The nodes: each visitor has a home among them.
    package let servers: SessionServers
    let store: any DecisionStore & AuditStore & SessionStore
    let time: TimeSource
    let random: RandomSource
    let logger: Logger
    let authorize: Authorization
    let isGroup: GroupLookup
    let state: Mutex<State>
    let rights: RightsWatch
    private let connections = Gauge(label: "latchkey_presence_connections")
    private let work: AsyncStream<Work>
    let continuation: AsyncStream<Work>.Continuation

    /// Makes a hub; it admits nobody before ``run()`` runs.
    package init(
        servers: SessionServers,
        store: any DecisionStore & AuditStore & SessionStore,
        time: TimeSource,
        random: RandomSource,
        limits: Limits = Limits(),
        logger: Logger,
        isGroup: @escaping GroupLookup,
        authorize: @escaping Authorization
    ) {
        self.servers = servers
        self.isGroup = isGroup
        self.store = store
        self.time = time
        self.random = random
        self.logger = logger
        self.rights = RightsWatch(store: store, logger: logger)
        self.authorize = authorize
        let sources = ConnectionQuota(perHolder: limits.perSource, total: limits.total)
        let agents = ConnectionQuota(perHolder: limits.perAgent, total: limits.total)
        self.state = Mutex(State(sources: sources, agents: agents))
        (self.work, self.continuation) = AsyncStream.makeStream()
    }

    /// Runs until it is shut down gracefully.
    package func run() async {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { timers in
                timers.addTask { await self.keepTime() }
                await self.carryOut()
                timers.cancelAll()
            }
        } onGracefulShutdown: {
            self.continuation.finish()
        }
    }

    private func carryOut() async {
        await withDiscardingTaskGroup { group in
            for await item in work {
                switch item {
                case .admit(let peer, let request): group.addTask { await self.admit(peer, request) }
                case .record(let event, let notices): group.addTask { await self.record(event, notices) }
                }
            }
        }
    }

    private func keepTime() async {
        var seconds = 0
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            seconds += 1
            await dismissFormerAgents()
            guard seconds.isMultiple(of: Self.homeInterval) else { continue }
            sendHome()
            connections.record(state.withLock { $0.connections.count })
            guard seconds.isMultiple(of: Self.tidyingInterval) else { continue }
            let now = time.seconds
            state.withLock { $0.machine.forgetInvitations(at: now) }
        }
    }
}
