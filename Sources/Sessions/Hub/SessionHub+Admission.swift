package import Accounts
internal import Logging
internal import LoginKey
internal import NIOCore
internal import ServiceTokens
internal import Synchronization
internal import WireProtocol

// MARK: Participants

extension SessionHub {
    /// Which session and place a connection was let into.
    struct Membership: Sendable {
        let session: LiveSession
        let peer: SessionPeer
    }

    /// Checks a server key and lets the participant in; `nil` if the key is not valid here and now.
    ///
    /// A page that is not ours lets in visitors but no agents (`docs/threats.md#cross-site-sockets`).
    func admit(_ serverKey: String, _ connection: ParticipantConnection, isForeign: Bool) -> Membership? {
        let now = time.seconds
        guard let claims = verify(serverKey, connection, at: now),
            let record = record(of: claims, connection, isForeign: isForeign)
        else { return nil }
        guard let session = session(for: claims, record) else {
            note(claims, connection, refused: "alreadyUsed")
            return nil
        }
        let agent = claims.role == .agent ? LiveSession.Agent(claims, under: record) : nil
        let refusal = session.connect(claims, agent: agent, connection, at: now)
        if let agent { rights.arrive(agent.userID) }
        note(claims, connection, refused: refusal?.rawValue)
        return Membership(session: session, peer: SessionPeer(claims.role, claims.participant))
    }

    private func verify(_ serverKey: String, _ connection: ParticipantConnection, at now: Int64) -> ServerKeyClaims? {
        do {
            return try signer.verify(serverKey, at: now)
        } catch {
            note(nil, connection, refused: error == .expired ? "expiredToken" : "invalidToken")
            return nil
        }
    }

    /// The session that a server key is for, if the key is good on this server and for this page.
    private func record(
        of claims: ServerKeyClaims,
        _ connection: ParticipantConnection,
        isForeign: Bool
    ) -> SessionRecord? {
        // Which keys were used is not known after a restart, so keys from before it are no longer valid.
        guard claims.server == name, claims.epoch == servers.own.epoch, let record = claims.record else {
            note(claims, connection, refused: "wrongServer")
            return nil
        }
        guard !isForeign || claims.role == .visitor else {
            note(claims, connection, refused: "foreignOrigin")
            return nil
        }
        return record
    }

    /// Makes an agent leave a session, as if they had left themselves; `false` if they are not in it.
    package func dismiss(_ agent: User.ID, from sessionID: String) -> Bool {
        guard let session = state.withLock({ $0.sessions[sessionID] }) else { return false }
        return session.dismiss(agent, at: time.seconds)
    }

    func receive(_ command: ParticipantCommand, from membership: Membership, _ connection: ParticipantConnection) {
        membership.session.receive(command, from: membership.peer, connection, at: time.seconds)
    }

    /// Takes a binary frame; `false` if it is not one of the protocol.
    func receive(data: DataMessage, from membership: Membership, _ connection: ParticipantConnection) -> Bool {
        membership.session.relay.receive(data, from: connection, at: time.milliseconds)
    }

    /// Sends on what was received from a participant.
    func flush(_ membership: Membership) {
        membership.session.relay.flush()
    }

    func lose(_ membership: Membership, _ connection: ParticipantConnection) {
        membership.session.lose(membership.peer, connection, at: time.seconds)
    }

    /// The session of a key that was not used before; made if this is its first participant.
    func session(for claims: ServerKeyClaims, _ record: SessionRecord) -> LiveSession? {
        state.withLock { state in
            guard state.usedKeys.updateValue(claims.exp, forKey: claims.jti) == nil else { return nil }
            if let session = state.sessions[claims.session] { return session }
            let session = LiveSession(
                state.awaited.removeValue(forKey: claims.session)?.record ?? record,
                relay: relay(of: record),
                at: time.seconds,
                reconnectSeconds: reconnectSeconds,
                onWork: { [continuation] in continuation.yield(.run($0)) }
            )
            state.sessions[claims.session] = session
            return session
        }
    }

    private func relay(of record: SessionRecord) -> SessionRelay {
        guard publicAssets.isAllowed(record.partnerID) else { return SessionRelay(memory: memory) }
        return SessionRelay(memory: memory) { [continuation] in continuation.yield(.fetch($0)) }
    }
}

extension LiveSession {
    fileprivate func connect(
        _ claims: ServerKeyClaims,
        agent: Agent?,
        _ connection: ParticipantConnection,
        at now: Int64
    ) -> SessionRefusal? {
        connect(
            SessionStateMachine.Participant(id: claims.participant, name: claims.name, capabilities: claims.may),
            agent: agent,
            as: claims.role,
            isReturning: claims.isReturning,
            invitation: claims.invitation,
            connection,
            at: now
        )
    }
}

extension LiveSession.Agent {
    fileprivate init(_ claims: ServerKeyClaims, under record: SessionRecord) {
        self.init(
            userID: User.ID(claims.user),
            root: claims.root,
            correlationID: claims.correlationID ?? record.correlationID
        )
    }
}
