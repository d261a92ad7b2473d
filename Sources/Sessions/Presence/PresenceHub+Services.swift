internal import Accounts
internal import Logging
internal import LoginKey
internal import Synchronization
internal import WireProtocol

// What the services ask of the hub, and what visitors answer.

extension PresenceHub {
    /// Whether a visitor is present.
    func isPresent(_ visitor: VisitorReference) -> Bool {
        state.withLock { $0.machine.isPresent(visitor) }
    }

    /// Hands a call to every page of a visitor; `false` if the visitor is not present.
    func send(_ call: VisitorCall, to visitor: VisitorReference) -> Bool {
        state.withLock { state in
            let notices = state.machine.show(visitor, .call(call))
            state.send(notices)
            return !notices.isEmpty
        }
    }

    /// Asks a visitor to let an agent in, unless they were asked a moment ago.
    ///
    /// - Parameters:
    ///   - visitor: Who is asked.
    ///   - agent: The agent, signed in and of the visitor's group, who may use visitor ids.
    ///   - sessionKey: The key that the session should have; `nil` for the visitor id.
    ///   - source: The address that the agent asks from, for the audit.
    /// - Returns: Whether the visitor is present.
    /// - Throws: ``AccountsError/Code/alreadyExists`` if somebody else has a session with that key, and
    ///   ``AccountsError/Code/storeUnavailable``; then the visitor was not asked.
    func invite(
        _ visitor: VisitorReference,
        by agent: Inviter,
        for sessionKey: SessionKey? = nil,
        from source: String
    ) async throws(AccountsError) -> Bool {
        let (id, now) = (random.correlationID().text, time.seconds)
        let current = sessionKey == nil ? nil : try await currentSession(of: visitor, wanting: sessionKey, at: now)
        switch state.withLock({
            $0.machine.invite(visitor, by: agent, as: id, for: sessionKey, during: current, at: now)
        }) {
        case .absent: return false
        case .asked(let notices):
            state.withLock { $0.send(notices) }
            return true
        case .asking(let invitation, let notices):
            do {
                try await store.append([event(invitation, nil, source)])
            } catch {
                state.withLock { $0.machine.forget(invitation) }
                throw error
            }
            state.withLock { $0.send(notices) }
            return true
        }
    }
}

extension PresenceHub {
    /// The key of the session that a visitor is in; the store knows whether it is not over.
    ///
    /// - Throws: ``AccountsError/Code/alreadyExists`` if the wanted key is that of an open session of somebody else.
    private func currentSession(
        of visitor: VisitorReference,
        wanting sessionKey: SessionKey?,
        at now: Int64
    ) async throws(AccountsError) -> SessionKey? {
        let keys = state.withLock { $0.machine.sessionKeys(of: visitor) }
        for key in keys {
            guard let session = try await store.openSession(key, of: visitor.partnerID) else { continue }
            // Before their page connects, the visitor may have changed their mind.
            if session.status != .settingUp { return key }
        }
        if let sessionKey, !keys.contains(sessionKey),
            let other = try await store.openSession(sessionKey, of: visitor.partnerID), !other.isStale(at: now)
        {
            throw AccountsError(code: .alreadyExists, message: "a session with that key is open")
        }
        return nil
    }

    /// The key for a session that a visitor opens to answer a question; `nil` for the visitor id, or for an unknown question.
    func sessionKey(of invitation: String, to visitor: VisitorReference) -> SessionKey? {
        state.withLock { $0.machine.sessionKey(of: invitation, to: visitor) }
    }

    /// Tells the agents who watch a visitor that the visitor has opened a session.
    func start(_ key: SessionKey, by visitor: VisitorReference) {
        state.withLock { $0.send($0.machine.start(key, by: visitor)) }
    }

    /// Tells the agents who watch the visitor of a session that it has ended.
    func end(_ key: SessionKey, of partnerID: PartnerID) {
        state.withLock { $0.send($0.machine.end(key, of: partnerID)) }
    }

    /// A visitor answers a question.
    func receive(_ answer: Invitation.Answer, to invitation: String, from peer: PeerID) {
        let now = time.seconds
        let (settled, source) = state.withLock { state in
            (
                state.machine.answer(invitation, answer, by: peer, at: now),
                state.connections[peer]?.connection.source ?? ""
            )
        }
        guard let (invitation, notices) = settled else { return }
        continuation.yield(.record(event(invitation, answer, source), notices))
    }

    func record(_ event: AuditEvent, _ notices: [PresenceStateMachine.Notice]) async {
        do {
            try await store.append([event])
        } catch {
            logger.error("an audit event was not written", metadata: ["error": "\(error)"])
            return
        }
        state.withLock { $0.send(notices) }
    }

    private func event(_ invitation: Invitation, _ answer: Invitation.Answer?, _ source: String) -> AuditEvent {
        AuditEvent(
            time: time.milliseconds,
            correlationID: invitation.agent.correlationID,
            partnerID: invitation.visitor.partnerID,
            actor: invitation.agent.actor,
            action: .visitorInvited,
            outcome: answer == .declined ? .refused : .granted,
            reason: answer == .declined ? "declinedByVisitor" : "",
            source: source,
            detail: "\(answer?.rawValue ?? "asked"), visitor id \(invitation.visitor.visitorID)"
        )
    }
}
