package import Accounts
internal import Logging
internal import ServiceTokens
internal import Synchronization
internal import WireProtocol

// MARK: Records

extension SessionHub {
    /// Carries out what waits in a session.
    func drive(_ session: LiveSession) async {
        let record: @Sendable (SessionRecord, SessionNote?) async throws -> Void = { record, note in
            do {
                try await self.write(record, note.map { self.event($0, in: record) } ?? self.statusEvent(record))
                if record.status.isFinal { self.onEnd(record) }
            } catch let error as AccountsError where error.code == .notFound {
                if await self.isElsewhere(record) { throw SessionMoved() }
                // The group was deleted, and its sessions with it; or somebody else has ended it.
                guard record.status.isFinal else { throw error }
                self.onEnd(record)
            } catch {
                self.logger.error("a session's status was not written", metadata: ["error": "\(error)"])
                if record.status.isFinal { self.state.withLock { $0.unwritten.append(record) } }
                throw error
            }
        }
        let isOver = await session.run(at: time, recording: record) { session, note in
            let event = self.event(note, in: session)
            // A server that is to stop takes no more work, but loses nothing.
            if case .terminated = self.continuation.yield(.append(event)) { await self.append(event, nil) }
        }
        guard isOver else { return }
        let end = time.seconds + ServerKeyClaims.lifetime
        state.withLock { if $0.sessions[session.id] === session { $0.ended[session.id] = end } }
    }

    /// Writes down a session.
    ///
    /// A database of several machines comes back by itself, and its sessions go on: until then nobody is told. A server that is
    /// to stop does not wait for that.
    private func write(_ record: SessionRecord, _ event: AuditEvent) async throws(AccountsError) {
        let end = time.seconds + reconnectSeconds
        while true {
            do {
                return try await store.updateSession(record, recording: event)
            } catch {
                guard error.code == .storeUnavailable, store is any SessionServerStore, !servers.isLeaving,
                    time.seconds < end, (try? await Task.sleep(for: Self.pauseWithoutStore)) != nil
                else { throw error }
            }
        }
    }

    /// Whether another server has taken over a session.
    private func isElsewhere(_ record: SessionRecord) async -> Bool {
        guard let current = try? await store.session(record.id, of: record.partnerID) else { return false }
        return !current.status.isFinal && current.server != name
    }

    func append(_ event: AuditEvent, _ launch: LaunchUpdate?) async {
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

    func statusEvent(_ record: SessionRecord) -> AuditEvent {
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
    func writeUnwrittenEnds() async {
        let records = state.withLock { state in
            defer { state.unwritten = [] }
            return state.unwritten
        }
        let rest = await write(ends: records)
        if !rest.isEmpty { state.withLock { $0.unwritten += rest } }
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

    /// Ends the sessions that nobody has come back to.
    func endAbandonedSessions() async {
        let now = time.seconds
        let abandoned = state.withLock { state in
            let abandoned = state.awaited.values.filter { $0.until <= now }.map(\.record)
            for record in abandoned {
                state.awaited[record.id] = nil
            }
            return abandoned
        }
        let rest = await endSessions(abandoned) { _ in .unclean }
        if !rest.isEmpty { state.withLock { $0.unwritten += rest } }
    }

    /// Sessions that nobody ever connected to.
    func endForgottenSessions() async {
        let now = time.seconds
        let live = state.withLock { Set($0.sessions.keys).union($0.awaited.keys) }
        guard let open = try? await store.openSessions(on: name) else { return }
        await endSessions(open) { record in
            record.isStale(at: now) && !live.contains(record.id) ? .timedOut : nil
        }
    }

    /// Ends sessions of a server that is gone.
    package func endOrphans(_ sessions: [SessionRecord]) async {
        await endSessions(sessions) { _ in .unclean }
    }

    /// Ends sessions that nobody is connected to.
    ///
    /// - Returns: Those whose end was not written down.
    @discardableResult
    func endSessions(
        _ sessions: [SessionRecord],
        as status: (SessionRecord) -> SessionStatus?
    ) async -> [SessionRecord] {
        let ended: [SessionRecord] = sessions.compactMap { session in
            status(session)
                .map { final in
                    var session = session
                    (session.status, session.endedAt) = (final, time.seconds)
                    return session
                }
        }
        return await write(ends: ended)
    }

    /// Writes down how sessions have ended, a hundred at a time, as long as the store takes them and nobody wants to stop.
    ///
    /// - Returns: Those that are not written down.
    private func write(ends sessions: [SessionRecord]) async -> [SessionRecord] {
        var rest = sessions[...]
        while !rest.isEmpty, !Task.isCancelled {
            let some = rest.prefix(Self.writtenTogether)
            rest.removeFirst(some.count)
            let failed = await withTaskGroup(of: SessionRecord?.self, returning: [SessionRecord].self) { group in
                for session in some {
                    group.addTask { await self.write(end: session) ? nil : session }
                }
                return await group.reduce(into: []) { failed, session in if let session { failed.append(session) } }
            }
            guard failed.isEmpty else {
                logger.error("the ends of sessions were not written", metadata: ["count": "\(failed.count)"])
                return failed + rest
            }
        }
        return Array(rest)
    }

    /// Writes down how a session has ended; `false` if the store could not be reached.
    private func write(end session: SessionRecord) async -> Bool {
        do {
            try await store.updateSession(session, recording: statusEvent(session))
            onEnd(session)
            return true
        } catch  where error.code == .notFound {
            // Somebody else has ended it meanwhile.
            return true
        } catch {
            return false
        }
    }
}

/// Another server has taken over a session.
struct SessionMoved: Error {}
