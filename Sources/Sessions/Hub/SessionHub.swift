package import Accounts
package import Logging
internal import LoginKey
internal import Metrics
internal import NIOCore
internal import ServiceLifecycle
package import ServiceTokens
internal import Synchronization

/// All sessions on this server.
///
/// It admits a participant by server key alone, without asking the store.
package final class SessionHub: Sendable {
    private struct State {
        var sessions: [String: LiveSession] = [:]
        /// Used server keys and when they may be forgotten.
        var usedKeys: [String: Int64] = [:]
        /// Sessions that have ended, and when they may be forgotten: as long as a key for them may be about.
        var ended: [String: Int64] = [:]
        /// Sessions of an earlier run whose sides are expected back, and until when.
        var awaited: [String: (record: SessionRecord, until: Int64)] = [:]
        /// How sessions have ended that could not be written down yet.
        var unwritten: [SessionRecord] = []
        /// How many bad keys are still written down before the next look.
        var notesLeft = SessionHub.maximumNotes
    }

    /// How many bad keys are written down in a second: a flood must not fill the audit.
    private static let maximumNotes = 50

    /// The name that server keys have to carry.
    package let name: String
    private let store: any DecisionStore & SessionStore & LaunchStore & AuditStore
    private let signer: TokenSigner<ServerKeyClaims>
    private let time: TimeSource
    private let startedAt: Int64
    private let logger: Logger
    private let memory: PageMemory
    private let reconnectSeconds: Int64
    private let onEnd: @Sendable (SessionRecord) -> Void
    private let state = Mutex(State())
    private let liveSessions = Gauge(label: "latchkey_sessions")
    private let work: AsyncStream<Work>
    private let continuation: AsyncStream<Work>.Continuation

    private enum Work: Sendable {
        case run(LiveSession)
        case append(AuditEvent, LaunchUpdate? = nil)
    }

    /// Makes a hub without sessions.
    ///
    /// - Parameters:
    ///   - name: The name that server keys have to carry.
    ///   - store: Where sessions are written down.
    ///   - signer: Checks server keys.
    ///   - time: The clock.
    ///   - memory: What the pages of all sessions may take.
    ///   - reconnectSeconds: How long a side may be away.
    ///   - logger: Where failures are written.
    ///   - onEnd: Called with each session that has ended, once that is written down.
    package init(
        name: String,
        store: any DecisionStore & SessionStore & LaunchStore & AuditStore,
        signer: TokenSigner<ServerKeyClaims>,
        time: TimeSource,
        memory: PageMemory,
        reconnectSeconds: Int64 = SessionStateMachine.reconnectSeconds,
        logger: Logger,
        onEnd: @escaping @Sendable (SessionRecord) -> Void = { _ in }
    ) {
        self.onEnd = onEnd
        self.name = name
        self.store = store
        self.signer = signer
        self.time = time
        self.startedAt = time.seconds
        self.logger = logger
        self.memory = memory
        self.reconnectSeconds = reconnectSeconds
        (self.work, self.continuation) = AsyncStream.makeStream()
    }

    /// Runs until it is shut down gracefully; sessions that are not over can be taken up again by the next run.
    package func run() async {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { timers in
                timers.addTask { await self.keepTime() }
                await self.runSessions()
                timers.cancelAll()
            }
        } onGracefulShutdown: {
            self.stop()
        }
    }

    private func runSessions() async {
        await withDiscardingTaskGroup { group in
            for await item in work {
                switch item {
                case .run(let session): group.addTask { await self.drive(session) }
                case .append(let event, let launch): group.addTask { await self.append(event, launch) }
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
            return Array(state.sessions.values)
        }
        for session in sessions {
            session.tick(at: now)
        }
    }

    /// Ends the sessions of agents who may not sign in any more, or whose API key was revoked
    /// (`docs/threats.md#rotation` and `docs/threats.md#suspended`).
    private func endSessionsOfFormerAgents() async {
        let now = time.seconds
        for session in state.withLock({ Array($0.sessions.values) }) {
            guard let agent = session.agent else { continue }
            do {
                // Whose group was deleted has no snapshot any more.
                let mayStay = try await store.snapshot(of: agent.account, at: now).map(agent.mayStay) ?? false
                if !mayStay { session.kill(.killed, at: now) }
            } catch {
                logger.error("an agent's right could not be looked up", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Ends the sessions that an administrator wants to end.
    private func endRequestedSessions() async {
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

    /// Lets everybody go; who comes back within ``reconnectSeconds`` finds the session again.
    private func stop() {
        for session in state.withLock({ Array($0.sessions.values) }) {
            session.suspend()
        }
        continuation.finish()
    }

    private func keepTime() async {
        var looks = 0
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            tick()
            looks += 1
            await endAbandonedSessions()
            if looks.isMultiple(of: 3) {
                await endSessionsOfFormerAgents()
                await endRequestedSessions()
                await writeUnwrittenEnds()
            }
            if looks.isMultiple(of: 60) { await endForgottenSessions() }
        }
    }
}

// MARK: Participants

extension SessionHub {
    /// Which session and side a connection was let into.
    struct Membership: Sendable {
        let session: LiveSession
        let side: SessionSide
    }

    /// Checks a server key and lets the participant in; `nil` if the key is not good here and now.
    ///
    /// A page that is not ours lets visitors in and no agents (`docs/threats.md#cross-site-sockets`).
    func admit(_ serverKey: String, _ connection: ParticipantConnection, isForeign: Bool) -> Membership? {
        let now = time.seconds
        let claims: ServerKeyClaims
        do {
            claims = try signer.verify(serverKey, at: now)
        } catch {
            note(nil, connection, refused: error == .expired ? "expiredToken" : "invalidToken")
            return nil
        }
        // Which keys were used is not known beyond a restart, so keys from before it are not good any more.
        guard claims.server == name, claims.iat >= startedAt, let record = claims.record else {
            note(claims, connection, refused: "wrongServer")
            return nil
        }
        guard !isForeign || claims.role == .visitor else {
            note(claims, connection, refused: "foreignOrigin")
            return nil
        }
        guard let session = session(for: claims, record) else {
            note(claims, connection, refused: "alreadyUsed")
            return nil
        }
        let participant = SessionStateMachine.Participant(
            id: claims.participant,
            name: claims.name,
            capabilities: claims.may
        )
        let agent = claims.role == .agent ? LiveSession.Agent(claims, in: record.partnerID) : nil
        let refusal = session.connect(
            participant,
            agent: agent,
            as: claims.role,
            isReturning: claims.isReturning,
            connection,
            at: now
        )
        note(claims, connection, refused: refusal?.rawValue)
        return Membership(session: session, side: claims.role)
    }

    /// Has an agent leave a session, as if they had said so themselves; `false` if they are not in it.
    package func dismiss(_ agent: AccountReference, from sessionID: String) -> Bool {
        guard let session = state.withLock({ $0.sessions[sessionID] }) else { return false }
        return session.dismiss(agent, at: time.seconds)
    }

    func receive(_ command: ParticipantCommand, from membership: Membership, _ connection: ParticipantConnection) {
        membership.session.receive(command, from: membership.side, connection, at: time.seconds)
    }

    /// Takes a binary frame; `false` if it is not one of the protocol.
    func receive(data: ByteBuffer, from membership: Membership, _ connection: ParticipantConnection) -> Bool {
        membership.session.relay.receive(data, from: connection, at: time.milliseconds)
    }

    func lose(_ membership: Membership, _ connection: ParticipantConnection) {
        membership.session.lose(membership.side, connection, at: time.seconds)
    }

    /// The session of a key that was not used before; made if this is its first participant.
    private func session(for claims: ServerKeyClaims, _ record: SessionRecord) -> LiveSession? {
        state.withLock { state in
            guard state.usedKeys.updateValue(claims.exp, forKey: claims.jti) == nil else { return nil }
            if let session = state.sessions[claims.session] { return session }
            let session = LiveSession(
                state.awaited.removeValue(forKey: claims.session)?.record ?? record,
                relay: SessionRelay(memory: memory),
                at: time.seconds,
                reconnectSeconds: reconnectSeconds
            )
            state.sessions[claims.session] = session
            continuation.yield(.run(session))
            return session
        }
    }

    private func note(_ claims: ServerKeyClaims?, _ connection: ParticipantConnection, refused reason: String?) {
        let isNoted = state.withLock { state in
            guard reason != nil else { return true }
            state.notesLeft -= 1
            return state.notesLeft >= 0
        }
        guard isNoted else { return }
        var generator = SystemRandomNumberGenerator()
        let record = claims?.record
        let event = AuditEvent(
            time: time.milliseconds,
            correlationID: record?.correlationID ?? CorrelationID(using: &generator),
            partnerID: record?.partnerID,
            actor: claims?.participant ?? "",
            action: .sessionConnected,
            outcome: reason == nil ? .granted : .refused,
            reason: reason ?? "",
            source: connection.source,
            detail: claims.map { "as \($0.role.rawValue), session key \($0.sessionKey)" } ?? ""
        )
        let launch = reason == nil ? claims?.launchUpdate(.connected) : nil
        continuation.yield(.append(event, launch))
    }
}

extension ServerKeyClaims {
    /// What an agent's connection means for the launch that it follows from; `nil` for a visitor.
    fileprivate func launchUpdate(_ change: LaunchChange) -> LaunchUpdate? {
        guard role == .agent, let record else { return nil }
        return LaunchUpdate(change, of: .click(record.correlationID, User.ID(user)), in: record.partnerID)
    }
}

// MARK: Records

extension SessionHub {
    private func drive(_ session: LiveSession) async {
        let record: @Sendable (SessionRecord) async throws -> Void = { record in
            do {
                try await self.store.updateSession(record, recording: self.statusEvent(record))
                if record.status.isFinal { self.onEnd(record) }
            } catch let error as AccountsError where error.code == .notFound && record.status.isFinal {
                // The group was deleted, and its sessions with it.
                self.onEnd(record)
            } catch {
                self.logger.error("a session's status was not written", metadata: ["error": "\(error)"])
                if record.status.isFinal { self.state.withLock { $0.unwritten.append(record) } }
                throw error
            }
        }
        await session.run(at: time, recording: record) { session, isGiven in
            self.continuation.yield(.append(self.consentEvent(session, isGiven)))
        }
        let end = time.seconds + ServerKeyClaims.lifetime
        state.withLock { $0.ended[session.id] = end }
    }

    private func append(_ event: AuditEvent, _ launch: LaunchUpdate?) async {
        do {
            if let launch {
                try await store.updateLaunches(launch, recording: event)
            } else {
                try await store.append([event])
            }
        } catch {
            logger.error("an audit event was not written", metadata: ["error": "\(error)"])
        }
    }

    private func consentEvent(_ record: SessionRecord, _ isGiven: Bool) -> AuditEvent {
        AuditEvent(
            time: time.milliseconds,
            correlationID: record.correlationID,
            partnerID: record.partnerID,
            actor: record.visitor.name,
            action: .sessionConsent,
            outcome: isGiven ? .granted : .refused,
            reason: "",
            detail:
                "the visitor \(isGiven ? "lets \(record.agent) use the page" : "has taken that back"), session key \(record.key)"
        )
    }

    private func statusEvent(_ record: SessionRecord) -> AuditEvent {
        AuditEvent(
            time: time.milliseconds,
            correlationID: record.correlationID,
            partnerID: record.partnerID,
            actor: record.agent,
            action: .sessionStatus,
            outcome: .granted,
            reason: "",
            detail: "\(record.status.rawValue) (\(record.status)), session key \(record.key)"
        )
    }

    /// Writes down what could not be written when it happened.
    private func writeUnwrittenEnds() async {
        let records = state.withLock { state in
            defer { state.unwritten = [] }
            return state.unwritten
        }
        for record in records {
            do {
                try await store.updateSession(record, recording: statusEvent(record))
            } catch  where error.code == .notFound {
                continue
            } catch {
                state.withLock { $0.unwritten.append(record) }
            }
        }
    }

    /// Sessions that an earlier run of this server has left open: it ended without a chance to say so.
    ///
    /// To be asked for before there are new ones, and ended with ``end(_:)`` once it is sure that the earlier run is
    /// over.
    package func sessionsOfEarlierRun() async -> [SessionRecord] {
        do {
            return try await store.openSessions(on: name)
        } catch {
            logger.error("the sessions of an earlier run could not be read", metadata: ["error": "\(error)"])
            return []
        }
    }

    /// Waits for the sides of sessions of an earlier run to come back.
    package func await(_ sessions: [SessionRecord]) {
        let until = time.seconds + reconnectSeconds
        state.withLock { state in
            for session in sessions where state.sessions[session.id] == nil {
                state.awaited[session.id] = (session, until)
            }
        }
    }

    /// Ends the sessions to which nobody has come back.
    private func endAbandonedSessions() async {
        let now = time.seconds
        let abandoned = state.withLock { state in
            let abandoned = state.awaited.values.filter { $0.until <= now }.map(\.record)
            for record in abandoned {
                state.awaited[record.id] = nil
            }
            return abandoned
        }
        await endSessions(abandoned) { _ in .unclean }
    }

    /// Sessions that nobody ever connected to.
    private func endForgottenSessions() async {
        let now = time.seconds
        let live = state.withLock { Set($0.sessions.keys).union($0.awaited.keys) }
        guard let open = try? await store.openSessions(on: name) else { return }
        await endSessions(open) { record in
            let isOver = now >= record.createdAt + SessionStateMachine.waitingSeconds
            return isOver && !live.contains(record.id) ? .timedOut : nil
        }
    }

    private func endSessions(_ sessions: [SessionRecord], as status: (SessionRecord) -> SessionStatus?) async {
        do {
            for var record in sessions {
                guard let final = status(record) else { continue }
                record.status = final
                record.endedAt = time.seconds
                try await store.updateSession(record, recording: statusEvent(record))
                onEnd(record)
            }
        } catch {
            logger.error("sessions could not be ended", metadata: ["error": "\(error)"])
        }
    }
}

extension LiveSession.Agent {
    fileprivate init(_ claims: ServerKeyClaims, in partnerID: PartnerID) {
        self.init(account: .person(partnerID, User.ID(claims.user)), apiKeyID: claims.apiKeyID)
    }
}
