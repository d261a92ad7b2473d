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
        case write(ParticipantConnection, SessionSide, SessionEvent)
        case close(ParticipantConnection)
        case suspend(ParticipantConnection)
        case record(SessionRecord)
        case consented(SessionRecord, Bool)
        case finish
    }

    private struct State {
        var machine: SessionStateMachine
        var record: SessionRecord
        var connections: [SessionSide: ParticipantConnection] = [:]
        var agent: Agent?
    }

    /// The agent who was let in last, and what their right to be there rests on.
    struct Agent: Sendable {
        let account: AccountReference
        let apiKeyID: APIKeyRecord.ID?

        /// Whether they may still be there (`docs/threats.md#rotation` and `docs/threats.md#suspended`).
        func mayStay(_ snapshot: AccountSnapshot) -> Bool {
            snapshot.user?.state == .active && snapshot.trusts(apiKeyID)
        }
    }

    let id: String
    /// The data plane.
    let relay: SessionRelay
    private let state: Mutex<State>
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
        (self.steps, self.continuation) = AsyncStream.makeStream()
    }

    /// Whose right to be in the session has to be looked at again; `nil` while there is no agent.
    var agent: Agent? {
        state.withLock { $0.machine.isTaken(.agent) ? $0.agent : nil }
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
        _ connection: ParticipantConnection,
        at now: Int64
    ) -> SessionRefusal? {
        state.withLock { state in
            let actions = state.machine.connect(participant, as: side, isReturning: isReturning, at: now)
            if case .refuse(_, let reason) = actions.first {
                connection.send(.refused(reason))
                connection.close()
                return reason
            }
            state.agent = agent ?? state.agent
            if side == .visitor { state.record.visitor.name = participant.name }
            if let older = state.connections.updateValue(connection, forKey: side) {
                continuation.yield(.close(older))
            }
            carryOut(actions, &state)
            return nil
        }
    }

    /// What a connected participant sends.
    func receive(
        _ command: ParticipantCommand,
        from side: SessionSide,
        _ connection: ParticipantConnection,
        at now: Int64
    ) {
        change(by: side, connection) { machine in
            switch command {
            case .message(let text): machine.relay(text, from: side)
            case .accept(let agent): side == .visitor ? machine.accept(agent, at: now) : []
            case .decline(let agent): side == .visitor ? machine.decline(agent, at: now) : []
            case .consent(let isGiven): side == .visitor ? machine.consent(toAssist: isGiven) : []
            case .leave: machine.leave(side, at: now)
            case .connect, .keepAlive: []
            }
        }
    }

    /// A connection is gone.
    ///
    /// Counts only for the connection that its side has now.
    func lose(_ side: SessionSide, _ connection: ParticipantConnection, at now: Int64) {
        relay.leave(connection)
        change(by: side, connection) { $0.lose(side, at: now) }
    }

    /// The agent leaves; `false` if it is another one, or nobody is there.
    func dismiss(_ account: AccountReference, at now: Int64) -> Bool {
        state.withLock { state in
            guard state.machine.isTaken(.agent), !state.machine.status.isFinal, state.agent?.account == account else {
                return false
            }
            carryOut(state.machine.leave(.agent, at: now), &state)
            return true
        }
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

    /// Carries the steps out, one after the other, until the session is over.
    ///
    /// - Parameters:
    ///   - time: The clock.
    ///   - record: Writes the session down; when it throws, the session ends as an error, and of what was not written
    ///     nobody is told but that the session is over.
    ///   - note: Writes down that the visitor lets the agent use the page, or has taken that back.
    func run(
        at time: TimeSource,
        recording record: @Sendable (SessionRecord) async throws -> Void,
        noting note: @Sendable (SessionRecord, Bool) -> Void = { _, _ in }
    ) async {
        var isRecorded = true
        for await step in steps {
            switch step {
            case .write(let connection, let side, let event):
                guard isRecorded || event.isEnd else { continue }
                connection.send(event)
                if event.isActive { joinRelay(connection, side, at: time.milliseconds) }
            case .close(let connection): connection.close()
            case .suspend(let connection): connection.close(.goingAway)
            case .record(let session):
                do {
                    try await record(session)
                } catch is SessionMoved {
                    isRecorded = false
                    suspend()
                } catch {
                    isRecorded = false
                    kill(.error, at: time.seconds)
                }
            case .consented(let session, let isGiven): note(session, isGiven)
            case .finish: return relay.close()
            }
        }
    }

    /// Whoever has been told that the session is active takes part in the data plane.
    private func joinRelay(_ connection: ParticipantConnection, _ side: SessionSide, at milliseconds: Int64) {
        let capabilities: AgentCapabilities? = state.withLock { state in
            guard state.connections[side] === connection else { return nil }
            return state.machine.capabilities(of: side)
        }
        guard let capabilities else { return }
        switch side {
        case .visitor: relay.join(visitor: connection)
        case .agent: relay.join(agent: connection, capabilities, at: milliseconds)
        }
    }

    /// Lets both sides go without an end: the next process takes the session up again.
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
        by side: SessionSide,
        _ connection: ParticipantConnection,
        _ body: (inout SessionStateMachine) -> [SessionAction]
    ) {
        state.withLock { state in
            guard state.connections[side] === connection else { return }
            carryOut(body(&state.machine), &state)
        }
    }

    private func carryOut(_ actions: [SessionAction], _ state: inout State) {
        for action in actions {
            switch action {
            case .admit(let side, let event), .send(let side, let event):
                guard let connection = state.connections[side] else { continue }
                continuation.yield(.write(connection, side, event))
            case .dismiss(let side):
                guard let connection = state.connections.removeValue(forKey: side) else { continue }
                continuation.yield(.close(connection))
            case .record(let status, let agent, let time):
                state.record.move(to: status, agent: agent, at: time)
                continuation.yield(.record(state.record))
            case .consented(let isGiven):
                relay.allowAssist(isGiven)
                continuation.yield(.consented(state.record, isGiven))
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

extension SessionRecord {
    fileprivate mutating func move(to status: SessionStatus, agent: String?, at time: Int64) {
        self.status = status
        if let agent { self.agent = agent }
        if status == .active, startedAt == nil { startedAt = time }
        if status.isFinal { endedAt = time }
    }
}
