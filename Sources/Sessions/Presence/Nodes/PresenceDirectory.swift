package import Accounts
internal import Logging

/// Asks other nodes; it throws if a node does not answer.
package protocol NodeCalls: Sendable {
    /// Puts a call about presence to a node.
    func ask(_ call: PresenceCall, of node: SessionServerRecord) async throws -> PresenceAnswer
}

/// Who is present, on whichever node: each visitor has a home, where their pages and the agents who watch connect.
///
/// A single node is everybody's home.
package struct PresenceDirectory: Sendable {
    private let hub: PresenceHub
    private let nodes: any NodeCalls

    /// Makes a directory.
    package init(hub: PresenceHub, nodes: any NodeCalls) {
        self.hub = hub
        self.nodes = nodes
    }

    /// The node that a visitor and those who watch them connect to; `nil` if it is this one, and the only one.
    package func home(of visitor: VisitorReference) -> SessionServerRecord? {
        hub.servers.hasOthers ? hub.servers.home(of: visitor) : nil
    }

    /// Whether a visitor is present.
    package func isPresent(_ visitor: VisitorReference) async throws(AccountsError) -> Bool {
        try await ask(.look(visitor), at: visitor).isPresent
    }

    /// Hands a call to every page of a visitor; `false` if the visitor is not present.
    package func send(_ call: VisitorCall, to visitor: VisitorReference) async throws(AccountsError) -> Bool {
        try await ask(.send(call, visitor), at: visitor).isPresent
    }

    /// Asks a visitor to let an agent in; see ``PresenceHub/invite(_:by:for:from:)``.
    package func invite(
        _ visitor: VisitorReference,
        by agent: Inviter,
        for sessionKey: SessionKey? = nil,
        from source: String
    ) async throws(AccountsError) -> Bool {
        let answer = try await ask(.invite(visitor, agent, sessionKey, source: source), at: visitor)
        guard answer.isKeyTaken != true else {
            throw AccountsError(code: .alreadyExists, message: "a session with that key is open")
        }
        return answer.isPresent
    }

    /// The key for a session that a visitor opens to answer a question.
    package func sessionKey(
        of invitation: String,
        to visitor: VisitorReference
    ) async throws(AccountsError) -> SessionKey? {
        try await ask(.sessionKey(invitation: invitation, visitor), at: visitor).sessionKey.flatMap { SessionKey($0) }
    }

    /// Tells the agents who watch a visitor that the visitor has opened a session.
    package func start(_ key: SessionKey, by visitor: VisitorReference) async {
        // The session exists nevertheless: an agent who watches learns of it by joining.
        _ = try? await ask(.start(key, visitor), at: visitor)
    }

    /// Tells the agents who watch the visitor of a session that it has ended, on all nodes: the key need not be the
    /// visitor's id.
    package func end(_ session: SessionRecord) async {
        let call = PresenceCall.end(session.key, session.partnerID)
        _ = try? await hub.answer(call)
        for server in hub.servers.others { _ = try? await nodes.ask(call, of: server) }
    }

    private func ask(
        _ call: PresenceCall,
        at visitor: VisitorReference
    ) async throws(AccountsError) -> PresenceAnswer {
        let home = hub.servers.home(of: visitor)
        guard home.name != hub.servers.own.name else { return try await hub.answer(call) }
        do {
            return try await nodes.ask(call, of: home)
        } catch {
            throw AccountsError(code: .storeUnavailable, message: "node \(home.name) does not answer", cause: error)
        }
    }
}

extension PresenceHub {
    /// Answers a call of another node, or of this one.
    package func answer(_ call: PresenceCall) async throws(AccountsError) -> PresenceAnswer {
        switch call {
        case .look(let visitor): return PresenceAnswer(isPresent: isPresent(visitor))
        case .send(let call, let visitor): return PresenceAnswer(isPresent: send(call, to: visitor))
        case .invite(let visitor, let agent, let sessionKey, let source):
            do {
                return PresenceAnswer(isPresent: try await invite(visitor, by: agent, for: sessionKey, from: source))
            } catch  where error.code == .alreadyExists {
                return PresenceAnswer(isKeyTaken: true)
            }
        case .sessionKey(let invitation, let visitor):
            return PresenceAnswer(sessionKey: sessionKey(of: invitation, to: visitor))
        case .start(let key, let visitor): start(key, by: visitor)
        case .end(let key, let partnerID): end(key, of: partnerID)
        }
        return PresenceAnswer()
    }
}
