internal import Accounts
internal import NIOWebSocket
internal import ServiceTokens
internal import Synchronization
internal import WireProtocol

/// One session on this server: its state machine, its connections, and the steps that are still to be carried out.
///
/// What happens to a session is decided under a lock and carried out in order by ``run(at:recording:noting:)``, so that a
/// status is durable before anybody is told of it. Nothing runs while there is nothing to do: a task that has written to a
/// store and waits keeps nine kilobytes.
final class LiveSession: Sendable {
    fileprivate enum Step: Sendable {
        case write(ParticipantConnection, SessionPeer, SessionEvent)
        case close(ParticipantConnection)
        case suspend(ParticipantConnection)
        /// With what has happened, if that is not its status.
        case record(SessionRecord, SessionNote? = nil)
        case note(SessionRecord, SessionNote)
        case finish
    }

    fileprivate struct State {
        var machine: SessionStateMachine
        var record: SessionRecord
        var connections: [SessionPeer: ParticipantConnection] = [:]
        /// The agents who have a place, by what names them within the session.
        var agents: [String: Agent] = [:]
        /// What is still to be carried out.
        var steps: [Step] = []
        /// Whether somebody carries the steps out, or will.
        var isRunning = false
        /// Nothing more is to be carried out.
        var isClosed = false
    }

    /// An agent, and what their right to be there depends on.
    struct Agent: Sendable {
        let userID: User.ID
        let root: SignInRoot?
        /// The click.
        let correlationID: CorrelationID

        /// Whether they may still be there (`docs/threats.md#rotation` and `docs/threats.md#suspended`).
        func mayStay(_ snapshot: AccountSnapshot) -> Bool {
            snapshot.user?.state == .active && snapshot.trusts(root)
        }
    }

    /// This many frames may wait for a status that is being written; further ones are dropped.
    private static let maximumWaiting = 512

    let id: String
    /// The data plane.
    let relay: SessionRelay
    private let state: Mutex<State>
    /// How many frames wait to be sent.
    private let waiting = Atomic(0)
    /// Whether everything that was to be written down was.
    private let isRecorded = Atomic(true)
    private let onWork: @Sendable (LiveSession) -> Void

    /// - Parameters:
    ///   - record: The session; one that is active was another process's, and is taken up again.
    ///   - relay: Its data plane.
    ///   - now: Unix time in seconds.
    ///   - reconnectSeconds: How long a side may stay away.
    ///   - onWork: Called when there is something to carry out and nobody does it; ``run(at:recording:noting:)`` is to be
    ///     called then. It is called under the session's lock.
    init(
        _ record: SessionRecord,
        relay: SessionRelay,
        at now: Int64,
        reconnectSeconds: Int64 = SessionStateMachine.reconnectSeconds,
        onWork: @escaping @Sendable (LiveSession) -> Void
    ) {
        self.id = record.id
        self.relay = relay
        let machine = SessionStateMachine(resuming: record, at: now, reconnectSeconds: reconnectSeconds)
        self.state = Mutex(State(machine: machine, record: record))
        self.onWork = onWork
        if let agent = machine.inControl { relay.control(agent) }
    }

    /// Whose right to be in the session must be checked again, by what names them within the session.
    var agents: [String: Agent] {
        state.withLock { state in state.agents.filter { state.machine.isTaken(.agent($0.key)) } }
    }

    /// Lets a participant in, or not.
    ///
    /// An older connection of the same participant is closed.
    ///
    /// - Returns: Why not; `nil` if the participant is in.
    func connect(
        _ participant: SessionStateMachine.Participant,
        agent: Agent?,
        as side: SessionSide,
        isReturning: Bool = false,
        invitation: String? = nil,
        _ connection: ParticipantConnection,
        at now: Int64
    ) -> SessionRefusal? {
        let peer = SessionPeer(side, participant.id)
        return state.withLock { state in
            let actions =
                state.isTaken(peer, byOtherThan: agent)
                ? [.refuse(.occupied)]
                : state.machine.connect(
                    participant,
                    as: side,
                    isReturning: isReturning,
                    invitation: invitation,
                    at: now
                )
            if case .refuse(let reason) = actions.first {
                connection.send(.refused(reason))
                connection.close()
                return reason
            }
            if let agent { arrive(agent, participant.id, &state) }
            if side == .visitor { state.record.visitor.name = participant.name }
            if let older = state.connections.updateValue(connection, forKey: peer) {
                relay.leave(older)
                add(.close(older), &state)
            }
            carryOut(actions, &state)
            return nil
        }
    }

    /// The first agent to whom a waiting visitor has come takes the session into the trail of the click.
    private func arrive(_ agent: Agent, _ id: String, _ state: inout State) {
        let isExpected = state.record.owner == .visitor && state.record.startedAt == nil
        let isFirst = !state.agents.contains { $0.key == id || state.machine.isTaken(.agent($0.key)) }
        state.agents[id] = agent
        guard isExpected, isFirst, agent.correlationID != state.record.correlationID else { return }
        add(.note(state.record, .answered(by: id, click: agent.correlationID.text)), &state)
        state.record.correlationID = agent.correlationID
    }

    /// What a connected participant sends.
    func receive(
        _ command: ParticipantCommand,
        from peer: SessionPeer,
        _ connection: ParticipantConnection,
        at now: Int64
    ) {
        change(by: peer, connection) { machine in
            switch (command, peer) {
            case (.message(let text), _):
                waiting.load(ordering: .relaxed) < Self.maximumWaiting ? machine.relay(text, from: peer, at: now) : []
            case (.recall, _): waiting.load(ordering: .relaxed) < Self.maximumWaiting ? machine.recall(by: peer) : []
            case (.leave, _): machine.leave(peer, at: now)
            case (.accept(let agent), .visitor): machine.accept(agent, at: now)
            case (.decline(let agent), .visitor): machine.decline(agent, at: now)
            case (.consent(let isGiven, let agent), .visitor): machine.consent(toAssist: isGiven, for: agent)
            case (.invite, .agent(let id)): machine.invite(by: id, Self.newInvitation(), at: now)
            case (.askControl, .agent(let id)): machine.askControl(by: id)
            case (.giveControl(let number), .agent(let id)): machine.giveControl(by: id, to: number)
            case (.end, .agent(let id)): machine.end(by: id, at: now)
            default: []
            }
        }
    }

    /// A connection is gone.
    ///
    /// Counts only for the connection that its participant has now.
    func lose(_ peer: SessionPeer, _ connection: ParticipantConnection, at now: Int64) {
        relay.leave(connection)
        change(by: peer, connection) { $0.lose(peer, at: now) }
    }

    /// The agent leaves; `false` if they are not in the session.
    func dismiss(_ userID: User.ID, at now: Int64) -> Bool {
        state.withLock { state in
            guard !state.machine.status.isFinal,
                let id = state.agents.first(where: { $0.value.userID == userID })?.key,
                state.machine.isTaken(.agent(id))
            else { return false }
            carryOut(state.machine.leave(.agent(id), at: now), &state)
            return true
        }
    }

    /// An agent may not be in the session any more.
    func expel(_ id: String, at now: Int64) {
        state.withLock { carryOut($0.machine.expel(id, at: now), &$0) }
    }

    func tick(at now: Int64) {
        state.withLock { state in
            guard let deadline = state.machine.deadline, deadline <= now else { return }
            carryOut(state.machine.tick(at: now), &state)
        }
    }

    func kill(_ final: SessionStatus, at now: Int64) {
        state.withLock { carryOut($0.machine.kill(final, at: now), &$0) }
    }

    private static func newInvitation() -> String {
        var generator = SystemRandomNumberGenerator()
        return CorrelationID(using: &generator).text
    }

    private func add(_ step: Step, _ state: inout State) {
        guard !state.isClosed else { return }
        state.steps.append(step)
        guard !state.isRunning else { return }
        state.isRunning = true
        onWork(self)
    }

    private func finish(_ state: inout State) {
        add(.finish, &state)
        state.isClosed = true
    }

    /// What waits to be carried out; nobody does that any more if there is nothing.
    private func takeSteps() -> [Step] {
        state.withLock { state in
            defer { state.steps = [] }
            if state.steps.isEmpty { state.isRunning = false }
            return state.steps
        }
    }

    /// Carries out the steps that wait, one after the other; never to be called twice at once.
    ///
    /// - Parameters:
    ///   - time: The clock.
    ///   - record: Writes the session down, with what has happened if that is not its status; when it throws, the session ends
    ///     as an error, and of what was not written nobody is told but that the session is over.
    ///   - note: Writes down what else happens.
    /// - Returns: Whether the session is over.
    @discardableResult
    func run(
        at time: TimeSource,
        recording record: @Sendable (SessionRecord, SessionNote?) async throws -> Void,
        noting note: @Sendable (SessionRecord, SessionNote) async -> Void = { _, _ in }
    ) async -> Bool {
        while true {
            let steps = takeSteps()
            guard !steps.isEmpty else { return false }
            for step in steps {
                if await carryOut(step, at: time, record, note) { return true }
            }
        }
    }

    /// Carries out one step; `true` if it was the last.
    private func carryOut(
        _ step: Step,
        at time: TimeSource,
        _ record: @Sendable (SessionRecord, SessionNote?) async throws -> Void,
        _ note: @Sendable (SessionRecord, SessionNote) async -> Void
    ) async -> Bool {
        switch step {
        case .write(let connection, let peer, let event): tell(connection, peer, event, at: time)
        case .close(let connection): connection.close()
        case .suspend(let connection): connection.close(.goingAway)
        case .record(let session, let note):
            do {
                try await record(session, note)
            } catch is SessionMoved {
                isRecorded.store(false, ordering: .relaxed)
                suspend()
            } catch {
                isRecorded.store(false, ordering: .relaxed)
                kill(.error, at: time.seconds)
            }
        case .note(let session, let what): await note(session, what)
        case .finish:
            relay.close()
            return true
        }
        return false
    }

    private func tell(
        _ connection: ParticipantConnection,
        _ peer: SessionPeer,
        _ event: SessionEvent,
        at time: TimeSource
    ) {
        waiting.subtract(1, ordering: .relaxed)
        guard isRecorded.load(ordering: .relaxed) || event.isEnd else { return }
        // What the visitor's page sends as soon as it hears of it has to be taken; an agent hears of it first.
        if event.isActive, peer == .visitor { joinRelay(connection, peer, at: time.milliseconds) }
        connection.send(event)
        if event.isActive, peer != .visitor { joinRelay(connection, peer, at: time.milliseconds) }
    }

    /// A participant who is told that the session is active takes part in the data plane.
    private func joinRelay(_ connection: ParticipantConnection, _ peer: SessionPeer, at milliseconds: Int64) {
        let capabilities: AgentCapabilities? = state.withLock { state in
            guard state.connections[peer] === connection else { return nil }
            return state.machine.capabilities(of: peer)
        }
        guard let capabilities else { return }
        switch peer {
        case .visitor: relay.join(visitor: connection)
        case .agent(let id): relay.join(agent: connection, id, capabilities, at: milliseconds)
        }
    }

    /// Disconnects both sides without an end: the next process takes up the session again.
    func suspend() {
        state.withLock { state in
            for connection in state.connections.values {
                add(.suspend(connection), &state)
            }
            state.connections.removeAll()
            finish(&state)
        }
    }

    private func change(
        by peer: SessionPeer,
        _ connection: ParticipantConnection,
        _ body: (inout SessionStateMachine) -> [SessionAction]
    ) {
        state.withLock { state in
            guard state.connections[peer] === connection else { return }
            carryOut(body(&state.machine), &state)
        }
    }

    private func writeAgents(_ state: inout State) {
        let agents = state.machine.agentsWithin
        state.record.otherAgents = agents.filter { $0 != state.record.agent }
    }

    private func carryOut(_ actions: [SessionAction], _ state: inout State) {
        for action in actions {
            switch action {
            case .admit(let peer, let event), .send(let peer, let event):
                guard let connection = state.connections[peer] else { continue }
                waiting.add(1, ordering: .relaxed)
                add(.write(connection, peer, event), &state)
            case .dismiss(let peer):
                guard let connection = state.connections.removeValue(forKey: peer) else { continue }
                relay.leave(connection)
                add(.close(connection), &state)
            case .record(let status, let agent, let time):
                state.record.move(to: status, agent: agent, at: time)
                writeAgents(&state)
                add(.record(state.record), &state)
            case .control(let agent): relay.control(agent)
            case .allowAssist(let isAllowed): relay.allowAssist(isAllowed)
            case .note(let what) where what.changesAgents:
                writeAgents(&state)
                add(.record(state.record, what), &state)
            case .note(let what): add(.note(state.record, what), &state)
            case .finish:
                for connection in state.connections.values {
                    add(.close(connection), &state)
                }
                state.connections.removeAll()
                finish(&state)
            case .refuse: break
            }
        }
    }
}

extension LiveSession.State {
    /// Whether the place is that of another account with the same name within the session.
    fileprivate func isTaken(_ peer: SessionPeer, byOtherThan agent: LiveSession.Agent?) -> Bool {
        guard case .agent(let id) = peer, machine.isTaken(peer), let known = agents[id] else { return false }
        return known.userID != agent?.userID
    }
}

extension SessionRecord {
    fileprivate mutating func move(to status: SessionStatus, agent: String?, at time: Int64) {
        self.status = status
        if let agent { self.agent = agent }
        if status == .active, startedAt == nil { startedAt = time }
        if status.isFinal { endedAt = time }
    }
}
