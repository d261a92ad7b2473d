internal import Accounts
internal import LoginKey
internal import NIOWebSocket
internal import Synchronization
internal import WireCodec

// Who comes in, who goes, and who must go.

extension PresenceHub {
    /// Accepts a connection; it is told later whether it may stay.
    ///
    /// - Returns: `nil` if there is no place for it.
    func enter(_ request: Request, _ connection: ParticipantConnection) -> PeerID? {
        let peer = state.withLock { state -> PeerID? in
            guard state.sources.take(SourceNetwork.name(of: connection.source)) else { return nil }
            state.lastPeer += 1
            let peer = PeerID(state.lastPeer)
            state.connections[peer] = PresenceConnection(connection: connection)
            return peer
        }
        if let peer { continuation.yield(.admit(peer, request)) }
        return peer
    }

    /// Whether a connection is known to be a visitor's or an agent's.
    func isAdmitted(_ peer: PeerID) -> Bool {
        state.withLock { $0.connections[peer]?.isAdmitted ?? false }
    }

    /// A connection is gone.
    func leave(_ peer: PeerID) {
        state.withLock { state in
            guard let peerConnection = state.connections.removeValue(forKey: peer) else { return }
            if let agent = peerConnection.agent {
                state.agents.giveBack(agent.holder)
            } else {
                state.sources.giveBack(SourceNetwork.name(of: peerConnection.connection.source))
            }
            state.send(state.machine.remove(peer))
        }
    }

    /// Lets in a connection, or closes it: one that is not told that it was refused may try again.
    func admit(_ peer: PeerID, _ request: Request) async {
        do {
            let isAllowed =
                switch request {
                case .announce(let visitor, let present): try await announce(visitor, present, by: peer)
                case .watch(let visitor, let credentials): try await watch(visitor, credentials, by: peer)
                }
            if !isAllowed { dismiss(peer, saying: PresenceEvent.refused.json) }
        } catch {
            dismiss(peer)
        }
    }

    private func announce(_ visitor: VisitorReference, _ present: PresentVisitor, by peer: PeerID) async throws -> Bool
    {
        let source = state.withLock { $0.connections[peer]?.connection.source }
        guard let source, try await isGroup(visitor.partnerID, source, time.milliseconds) else { return false }
        let now = time.seconds
        state.withLock { state in
            // The connection may be gone by now.
            guard state.connections[peer] != nil else { return }
            state.connections[peer]?.isAdmitted = true
            state.send(state.machine.announce(visitor, present, by: peer, at: now))
        }
        return true
    }

    private func watch(_ visitor: VisitorReference, _ credentials: AgentCredentials, by peer: PeerID) async throws
        -> Bool
    {
        guard let agent = try await authorize(credentials), agent.partnerID == visitor.partnerID else { return false }
        let now = time.seconds
        let hasPlace = state.withLock { state in
            guard let peerConnection = state.connections[peer] else { return true }
            guard state.agents.take(agent.holder) else { return false }
            state.sources.giveBack(SourceNetwork.name(of: peerConnection.connection.source))
            state.connections[peer]?.agent = agent
            state.connections[peer]?.isAdmitted = true
            state.send(state.machine.watch(visitor, for: agent.userID, by: peer, at: now))
            return true
        }
        rights.arrive(agent.userID)
        if !hasPlace { dismiss(peer) }
        return true
    }

    /// Where a visitor is to connect, and those who watch them; `nil` if it is here.
    func event(ifElsewhere visitor: VisitorReference) -> PresenceEvent? {
        let home = servers.home(of: visitor)
        return home.name == servers.own.name ? nil : .moved(home.url)
    }

    /// Sends away those whose home is now another node, because one has come or gone.
    func sendHome() {
        let moved = state.withLock { state in
            state.machine.places.compactMap { peer, place in event(ifElsewhere: place.visitor).map { (peer, $0) } }
        }
        for (peer, event) in moved { dismiss(peer, saying: event.json, .goingAway) }
    }

    private func dismiss(_ peer: PeerID, saying text: String? = nil, _ code: WebSocketErrorCode = .policyViolation) {
        let connection = state.withLock { $0.connections[peer]?.connection }
        leave(peer)
        if let text { connection?.post(text) }
        connection?.close(code)
    }

    /// Ends the connections of agents whose right has ended (`docs/threats.md#suspended`).
    func dismissFormerAgents() async {
        let now = time.seconds
        for (peer, agent) in agents where agent.endsAt <= now { dismiss(peer) }
        await rights.look { affected async throws(AccountsError) in try await dismiss(affected) }
    }

    private var agents: [(PeerID, PresenceAgent)] {
        state.withLock { state in
            state.connections.compactMap { peer, peerConnection in peerConnection.agent.map { (peer, $0) } }
        }
    }

    private func dismiss(_ affected: RightsChanges.Affected) async throws(AccountsError) {
        guard !affected.isEmpty else { return }
        let now = time.seconds
        let concerned = agents.filter { affected.contains($1.userID) }
        let snapshots = try await store.snapshots(of: Set(concerned.map(\.1.userID)), at: now)
        for (peer, agent) in concerned {
            // An agent whose group was deleted no longer has a snapshot.
            let mayStay = snapshots[agent.userID].map { agent.mayStay($0, at: now) } ?? false
            if !mayStay { dismiss(peer) }
        }
    }
}

extension PresenceAgent {
    /// Whose place a connection takes.
    fileprivate var holder: String { userID.description }
}
