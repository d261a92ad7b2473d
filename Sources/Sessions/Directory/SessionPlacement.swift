package import Accounts
internal import LoginKey
internal import WireProtocol

/// Says which server a session is on, and moves it to another if its own is gone.
package struct SessionPlacement: Sendable {
    /// The servers as this one knows them.
    package let servers: SessionServers
    /// The servers as the store knows them; `nil` for a store that only one server uses.
    private let registry: (any SessionServerStore)?
    private let store: any SessionStore
    private let random: RandomSource

    /// Makes it.
    package init(servers: SessionServers, store: any SessionStore, random: RandomSource) {
        self.servers = servers
        self.store = store
        self.registry = store as? any SessionServerStore
        self.random = random
    }

    /// Where a new session is put.
    func place() -> SessionServerRecord {
        var generator = random.generator
        return servers.place(using: &generator)
    }

    /// Where a session lives.
    ///
    /// - Parameters:
    ///   - session: The session; its server is changed if it was moved.
    ///   - event: The audit's event of a move, given what it says.
    /// - Returns: The server; `nil` if the session is no longer anywhere.
    /// - Throws: ``AccountsError/Code/storeUnavailable``, also while nobody can say whether a server is dead.
    func home(
        of session: inout SessionRecord,
        recording event: (String) -> AuditEvent
    ) async throws(AccountsError) -> SessionServerRecord? {
        guard let registry else { return session.server == servers.own.name ? servers.own : nil }
        if session.server == servers.own.name, !servers.isLeaving { return servers.own }
        // Read again: what this server knows may be a second old, and a server's run may have ended since.
        let known = try await registry.sessionServers()
        let status = known.first { $0.server.name == session.server }
        if let status, status.isAlive { return status.server }
        var generator = random.generator
        let target = servers.place(among: known, using: &generator)
        guard target.name != session.server else { return target }
        let isKnownToLeave = status.map { $0.state != .ready } ?? false
        if isKnownToLeave || servers.mayJudge(silence: SessionServers.certainty) {
            return try await move(&session, to: target, registry, event)
        }
        guard let status else { throw .undecided }
        // Perhaps it comes back; a caller who finds nobody there asks again.
        return status.server
    }

    private func move(
        _ session: inout SessionRecord,
        to target: SessionServerRecord,
        _ registry: any SessionServerStore,
        _ event: (String) -> AuditEvent
    ) async throws(AccountsError) -> SessionServerRecord? {
        let isMoved = try await registry.move(
            session,
            to: target.name,
            ifSilentFor: SessionServers.patience,
            recording: event("from \(session.server) to \(target.name), session key \(session.key)")
        )
        if isMoved {
            session.server = target.name
            return target
        }
        // Somebody was faster, or the server is back.
        guard let current = try await store.session(session.id, of: session.partnerID), !current.status.isFinal else {
            return nil
        }
        session = current
        return try await registry.sessionServers().first { $0.server.name == current.server }?.server
    }
}

extension AccountsError {
    fileprivate static let undecided = Self(
        code: .storeUnavailable,
        message: "whether the session's server is there is not known yet"
    )
}
