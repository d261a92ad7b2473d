internal import Accounts
internal import AccountsPostgres
internal import HTTPCore
internal import Logging
internal import ServiceLifecycle
internal import Sessions

/// Keeps this node and the others of an installation known to each other, and stops it if another has taken its name.
struct NodeService: Service {
    /// How often a node says that it is there.
    private static let interval = Duration.seconds(1)
    /// How often sessions of lost nodes are looked for.
    private static let lookInterval = Duration.seconds(5)
    /// How long the sessions of a server that is gone wait for it, beyond the time that their sides have to come back.
    private static let grace: Int64 = 15

    let registry: any SessionServerStore
    let hub: SessionHub
    let signInService: SignInService
    let servers: SessionServers
    let lease: ServerNameLease?
    let logger: Logger

    /// Another server has taken the name.
    struct NameLost: Error, CustomStringConvertible {
        let description = "another server has taken this one's name; it stops"
    }

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            try await withThrowingTaskGroup { group in
                group.addTask { await keepLooking() }
                defer { group.cancelAll() }
                try await keepBeating()
            }
        }
        // Before the sessions here are released: their sides come back at once, and find other nodes.
        servers.stop()
        try? await registry.withdraw(servers.own)
    }

    private func keepBeating() async throws {
        var heardAt = ContinuousClock.now
        while !Task.isCancelled {
            if try await beat() {
                await tidy(silence: heardAt.duration(to: .now))
                heardAt = .now
            }
            try? await Task.sleep(for: Self.interval)
        }
    }

    /// Separate from the heartbeat, which does not wait for writes.
    private func keepLooking() async {
        while (try? await Task.sleep(for: Self.lookInterval)) != nil { await endOrphans() }
    }

    /// Without the database everything stays as it is: live sessions go on.
    ///
    /// - Returns: Whether the database has heard from this node.
    private func beat() async throws -> Bool {
        if case .lost? = await lease?.check() {
            logger.error("\(NameLost())")
            throw NameLost()
        }
        do {
            try await registry.announce(servers.current)
            servers.update(try await registry.sessionServers())
            signInService.share(among: servers.others.count + 1)
            return true
        } catch {
            servers.lose()
            logger.warning("the other nodes are not known: \(error)")
            return false
        }
    }

    /// What there is to do while the database hears from this node.
    private func tidy(silence: Duration) async {
        if silence >= .seconds(SessionServers.patience) { await hub.releaseMovedSessions() }
        if servers.isLeaving { hub.releaseSome() }
    }

    /// Frees the sessions of lost servers that nobody has come back to, so that their visitors can start again.
    private func endOrphans() async {
        let patience = hub.reconnectSeconds + Self.grace
        guard servers.mayJudge(silence: patience) else { return }
        do {
            let orphans = try await registry.orphanedSessions(after: patience)
            // The answer may have been long in coming.
            guard servers.mayJudge(silence: patience) else { return }
            await hub.endOrphans(orphans)
        } catch {
            logger.warning("the sessions of lost nodes are not known: \(error)")
        }
    }
}
