internal import Accounts
internal import NIOWebSocket
internal import ServiceTokens
internal import Synchronization
internal import WireProtocol

/// One session on this server: its state machine, its connections, and the steps that are still to be carried out.
///
/// What happens to a session is decided under a lock and carried out in order by ``run(at:recording:)``, so that a
/// status is durable before anybody is told of it.
final class LiveSession: Sendable {
    private enum Step: Sendable {
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
    private let steps: AsyncStream<Step>
    private let continuation: AsyncStream<Step>.Continuation

    /// - Parameters:
    ///   - record: The session; one that is active was another process's, and is taken up again.
    ///   - relay: Its data plane.
    ///   - now: Unix time in seconds.
    ///   - reconnectSeconds: How long a side may stay away.
    init(
        _ record: SessionRecord,
        relay: SessionRelay,
        at now: Int64,
        reconnectSeconds: Int64 = SessionStateMachine.reconnectSeconds
    ) {
        self.id = record.id
        self.relay = relay
        let machine = SessionStateMachine(resuming: record, at: now, reconnectSeconds: reconnectSeconds)
        self.state = Mutex(State(machine: machine, record: record))
        if let agent = machine.inControl { relay.control(agent) }
        (self.steps, self.continuation) = AsyncStream.makeStream()
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
                continuation.yield(.close(older))
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
        continuation.yield(.note(state.record, .answered(by: id, click: agent.correlationID.text)))
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

    /// Carries out the steps, one after the other, until the session is over.
    ///
    /// - Parameters:
    ///   - time: The clock.
    ///   - record: Writes the session down, with what has happened if that is not its status; when it throws, the session ends
    ///     as an error, and of what was not written nobody is told but that the session is over.
    ///   - note: Writes down what else happens.
    func run(
        at time: TimeSource,
        recording record: @Sendable (SessionRecord, SessionNote?) async throws -> Void,
        noting note: @Sendable (SessionRecord, SessionNote) -> Void = { _, _ in }
    ) async {
        var isRecorded = true
        for await step in steps {
            switch step {
            case .write(let connection, let peer, let event):
                waiting.subtract(1, ordering: .relaxed)
                guard isRecorded || event.isEnd else { continue }
                // What the visitor's page sends as soon as it hears of it has to be taken; an agent hears of it first.
                if event.isActive, peer == .visitor { joinRelay(connection, peer, at: time.milliseconds) }
                connection.send(event)
                if event.isActive, peer != .visitor { joinRelay(connection, peer, at: time.milliseconds) }
            case .close(let connection): connection.close()
            case .suspend(let connection): connection.close(.goingAway)
            case .record(let session, let note):
                do {
                    try await record(session, note)
                } catch is SessionMoved {
                    isRecorded = false
                    suspend()
                } catch {
                    isRecorded = false
                    kill(.error, at: time.seconds)
                }
            case .note(let session, let what): note(session, what)
            case .finish: return relay.close()
            }
        }
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
                continuation.yield(.suspend(connection))
            }
            state.connections.removeAll()
            continuation.yield(.finish)
            continuation.finish()
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
                continuation.yield(.write(connection, peer, event))
            case .dismiss(let peer):
                guard let connection = state.connections.removeValue(forKey: peer) else { continue }
                relay.leave(connection)
                continuation.yield(.close(connection))
            case .record(let status, let agent, let time):
                state.record.move(to: status, agent: agent, at: time)
                writeAgents(&state)
                continuation.yield(.record(state.record))
            case .control(let agent): relay.control(agent)
            case .allowAssist(let isAllowed): relay.allowAssist(isAllowed)
            case .note(let what) where what.changesAgents:
                writeAgents(&state)
                continuation.yield(.record(state.record, what))
            case .note(let what): continuation.yield(.note(state.record, what))
            case .finish:
                for connection in state.connections.values {
                    continuation.yield(.close(connection))
                }
                state.connections.removeAll()
                continuation.yield(.finish)
                continuation.finish()
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
