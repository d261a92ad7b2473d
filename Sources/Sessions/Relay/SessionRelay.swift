internal import NIOCore
internal import Synchronization
internal import WireProtocol

/// The data plane of one session: binary frames from the visitor to the agents and back, as they come.
///
/// It waits for no store, and for a reader only if there is no other. An agent who reads too slowly misses frames and is brought up to date
/// from the kept page; the visitor's script is told to hold changes back meanwhile. Who sends although nobody can take
/// it is not read until somebody can.
final class SessionRelay: Sendable {
    /// What is waiting to be written to one participant, in bytes.
    enum Watermark {
        /// From here on the visitor is asked to hold changes back, and volatile frames are dropped.
        static let high = 256 * 1024
        /// Down to here, it goes on as before.
        static let low = 64 * 1024
        /// From here on an agent misses frames, and a sender who has nobody else to send to is not read.
        static let maximum = 4 * 1024 * 1024
        /// From here down a sender is read again.
        static let resumed = 3 * 1024 * 1024
        /// The levels at which something happens on the way down.
        static let falling = [resumed, low]
    }

    /// How often a new snapshot may be asked for, in milliseconds.
    static let resyncMilliseconds: Int64 = 1000

    struct Agent {
        /// Names the agent within the session.
        let id: String
        let connection: ParticipantConnection
        let capabilities: AgentCapabilities
        /// Waits for a snapshot: frames in between would not match what it has.
        var isBehind: Bool
        /// How many public assets are being fetched for them.
        var fetching = 0
    }

    struct State {
        var visitor: ParticipantConnection?
        var agents: [Agent] = []
        var page = KeptPage()
        var isHeld = false
        /// Names the agent who may act on the page.
        var inControl: String?
        /// Whether the visitor lets the agent in control use the page.
        var isAssistAllowed = false
        var lastResync: Int64?
        /// The newest time that is known, in Unix milliseconds.
        var now: Int64 = 0
        var isClosed = false
    }

    let state = Mutex(State())
    private let memory: PageMemory
    /// Takes what agents request from other sites; `nil` if they get nothing from there through this server.
    let onPublicAsset: (@Sendable (PublicAssetWork) -> Void)?

    init(memory: PageMemory, onPublicAsset: (@Sendable (PublicAssetWork) -> Void)? = nil) {
        self.memory = memory
        self.onPublicAsset = onPublicAsset
    }

    // MARK: Participants

    /// The visitor is in the session that is active.
    func join(visitor connection: ParticipantConnection) {
        update { state in
            guard !state.isClosed else { return }
            state.visitor = connection
            state.isHeld = false
            resume(&state)
            watch(connection)
        }
    }

    /// An agent is in the session that is active: they get the page as it was last.
    func join(
        agent connection: ParticipantConnection,
        _ id: String,
        _ capabilities: AgentCapabilities,
        at milliseconds: Int64
    ) {
        update { state in
            guard !state.isClosed, !state.agents.contains(where: { $0.connection === connection }) else { return }
            state.agents.append(Agent(id: id, connection: connection, capabilities: capabilities, isBehind: true))
            watch(connection)
            state.now = milliseconds
            catchUp(&state)
            resume(&state)
        }
    }

    /// A connection is gone.
    func leave(_ connection: ParticipantConnection) {
        update { state in
            if state.visitor === connection { state.visitor = nil }
            state.agents.removeAll { $0.connection === connection }
            resume(&state)
        }
        // What was for it is not kept.
        connection.flushLater()
    }

    /// The session is over: nothing more is relayed, and the page is forgotten.
    func close() {
        state.withLock { state in
            state.isClosed = true
            state.visitor = nil
            state.agents = []
            forgetPage(&state)
        }
    }

    /// The agent of that name within the session, and no other, may act on the page from here on.
    func control(_ id: String) {
        state.withLock { $0.inControl = id }
    }

    /// The visitor lets the agent in control use the page, or has taken that back.
    func allowAssist(_ isAllowed: Bool) {
        state.withLock { $0.isAssistAllowed = isAllowed }
    }

    // MARK: Frames

    /// Takes a frame from whoever is connected.
    ///
    /// What may not be sent, or not now, is dropped: its sender may have been allowed to a moment ago. What it makes
    /// participants be sent goes out with ``flush()``: frames that come together are written together.
    ///
    /// - Parameters:
    ///   - message: The whole frame.
    ///   - connection: Where it comes from.
    ///   - milliseconds: Unix time.
    /// - Returns: Whether it is a frame at all.
    func receive(_ message: DataMessage, from connection: ParticipantConnection, at milliseconds: Int64) -> Bool {
        let frame = message.bytes
        guard let byte = frame.getInteger(at: frame.readerIndex, as: UInt8.self),
            let kind = DataFrameKind(rawValue: byte)
        else { return false }
        state.withLock { state in
            state.now = milliseconds
            if state.visitor === connection, kind.isFromVisitor {
                relay(message, kind, kind.hasParts ? frame.part : [.first, .last], &state)
            } else if kind.isFromAgent, let agent = state.agents.first(where: { $0.connection === connection }) {
                relay(message, kind, from: agent, &state)
            }
        }
        return true
    }

    /// Sends what was received; not to be called under a lock that connections' handlers take.
    func flush() {
        let (visitor, agents) = state.withLock { ($0.visitor, $0.agents) }
        visitor?.flush()
        for agent in agents { agent.connection.flush() }
    }

    private func relay(
        _ frame: DataMessage,
        _ kind: DataFrameKind,
        _ part: DataFramePart,
        _ state: inout State
    ) {
        keep(frame, kind, part, &state)
        for index in state.agents.indices {
            if kind == .snapshot, part.contains(.first) { state.agents[index].isBehind = false }
            send(frame, kind, to: &state.agents[index])
        }
        // Those who could not take a part of it have it whole now.
        if kind == .snapshot, part.contains(.last) { catchUp(&state) }
        holdIfNeeded(&state)
        if !state.isAnAgentReading { state.visitor?.pauseReading() }
        if state.page.isWorthRenewing { askForSnapshot(&state) }
    }

    private func send(_ frame: DataMessage, _ kind: DataFrameKind, to agent: inout Agent) {
        let pending = agent.connection.pendingDataBytes
        switch kind {
        case .volatile:
            guard pending < Watermark.high, !agent.isBehind else { return }
        case .snapshot, .changes:
            if pending >= Watermark.maximum { agent.isBehind = true }
            guard !agent.isBehind else { return }
        default:
            guard pending < Watermark.maximum else { return }
        }
        agent.connection.write(frame)
    }

    private func relay(_ frame: DataMessage, _ kind: DataFrameKind, from agent: Agent, _ state: inout State) {
        if let needed = kind.needed, !agent.capabilities.contains(needed) { return }
        if kind.needsControl, agent.id != state.inControl { return }
        if kind == .assist, !state.isAssistAllowed { return }
        if kind == .publicAssetRequest { return request(frame.bytes, from: agent, &state) }
        if kind == .agentResync, !mayAsk(&state) { return }
        guard let visitor = state.visitor else { return }
        if visitor.pendingDataBytes < Watermark.maximum { visitor.write(frame) }
        if !state.isVisitorReading { agent.connection.pauseReading() }
    }

    /// Changes the state, and then has what that gives participants to read sent, but not before this returns.
    func update(_ change: (inout State) -> Void) {
        let (visitor, agents) = state.withLock { state in
            change(&state)
            return (state.visitor, state.agents)
        }
        visitor?.flushLater()
        for agent in agents { agent.connection.flushLater() }
    }

    // MARK: Keeping and catching up

    private func keep(_ frame: DataMessage, _ kind: DataFrameKind, _ part: DataFramePart, _ state: inout State) {
        let before = state.page.bytes
        state.page.keep(frame, kind, part)
        guard !memory.move(from: before, to: state.page.bytes) else { return }
        // There is no room for the frame: what was counted before it is given back.
        state.page.forget()
        _ = memory.move(from: before, to: 0)
    }

    private func forgetPage(_ state: inout State) {
        let before = state.page.bytes
        state.page.forget()
        _ = memory.move(from: before, to: 0)
    }

    /// Brings agents who are behind up to date from the kept page, or asks for a snapshot if there is none.
    private func catchUp(_ state: inout State) {
        guard state.agents.contains(where: \.isBehind) else { return }
        guard state.page.isComplete else { return askForSnapshot(&state) }
        for index in state.agents.indices
        where state.agents[index].isBehind && state.agents[index].connection.pendingDataBytes <= Watermark.low {
            state.agents[index].isBehind = false
            for frame in state.page.frames { state.agents[index].connection.write(frame) }
        }
    }

    /// The connection holds this session from here on, which lets go of it when it leaves, and at the end.
    private func watch(_ connection: ParticipantConnection) {
        connection.watch { [self] in drained($0) }
    }

    /// What was waiting for somebody has been written.
    private func drained(_ connection: ParticipantConnection) {
        update { state in
            if connection.pendingDataBytes <= Watermark.low { catchUp(&state) }
            resume(&state)
            guard state.isHeld, state.agents.allSatisfy({ $0.connection.pendingDataBytes <= Watermark.low }) else {
                return
            }
            state.isHeld = false
            state.visitor?.write(DataMessage(kind: .go))
        }
    }

    /// Resumes reading from those who have somebody to send to, or nobody.
    private func resume(_ state: inout State) {
        if state.isAnAgentReading { state.visitor?.resumeReading() }
        if state.isVisitorReading { for agent in state.agents { agent.connection.resumeReading() } }
    }

    private func holdIfNeeded(_ state: inout State) {
        guard !state.isHeld, state.agents.contains(where: { $0.connection.pendingDataBytes >= Watermark.high }) else {
            return
        }
        state.isHeld = true
        state.visitor?.write(DataMessage(kind: .hold))
    }

    private func askForSnapshot(_ state: inout State) {
        guard let visitor = state.visitor, mayAsk(&state) else { return }
        visitor.write(DataMessage(kind: .serverResync))
    }

    private func mayAsk(_ state: inout State) -> Bool {
        if let last = state.lastResync, state.now < last + Self.resyncMilliseconds { return false }
        state.lastResync = state.now
        return true
    }
}

extension SessionRelay.State {
    /// Whether what the visitor sends can go to somebody, or is for nobody.
    fileprivate var isAnAgentReading: Bool {
        agents.isEmpty || agents.contains { $0.connection.pendingDataBytes < SessionRelay.Watermark.maximum }
    }

    /// Whether what an agent sends can go to the visitor, or is for nobody.
    fileprivate var isVisitorReading: Bool {
        (visitor?.pendingDataBytes ?? 0) < SessionRelay.Watermark.maximum
    }
}

extension DataMessage {
    /// A frame without a payload.
    fileprivate init(kind: DataFrameKind) {
        self.init(ByteBuffer(integer: kind.rawValue))
    }
}

extension ByteBuffer {
    /// The part that the second byte says; the middle where there is none.
    fileprivate var part: DataFramePart {
        DataFramePart(rawValue: getInteger(at: readerIndex + 1) ?? 0)
    }
}
