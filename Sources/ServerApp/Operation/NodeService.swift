internal import Accounts
internal import AccountsPostgres
internal import Logging
internal import ServiceLifecycle
internal import Sessions

/// Keeps this node and the others of an installation known to each other, and stops it if another has taken its name.
struct NodeService: Service {
    /// How often a node says that it is there.
    private static let interval = Duration.seconds(2)
    /// Who was not heard of for so many seconds is gone.
    private static let patience: Int64 = 15

    /// How long the sessions of a server that is gone wait for it, beyond the time that their sides have to come back.
    private static let grace: Int64 = 15

    let registry: any SessionServerStore
    let hub: SessionHub
    let servers: SessionServers
    let lease: ServerNameLease?
    let logger: Logger

    /// Another server has taken the name.
    struct NameLost: Error, CustomStringConvertible {
        let description = "another server has taken this one's name; it stops"
    }

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            var heard: ContinuousClock.Instant?
            while !Task.isCancelled {
                heard = try await look() ? heard ?? .now : nil
                if let heard { await endOrphans(heardSince: heard) }
                try? await Task.sleep(for: Self.interval)
            }
        }
        try? await registry.withdraw(servers.own.name)
    }

    /// Without the database everything stays as it is: live sessions go on.
    ///
    /// - Returns: Whether the database has heard of this node.
    private func look() async throws -> Bool {
        if case .lost? = await lease?.check() {
            logger.error("\(NameLost())")
            throw NameLost()
        }
        do {
            try await registry.announce(servers.own)
            servers.update(try await registry.sessionServers(heardWithin: Self.patience))
            return true
        } catch {
            logger.warning("the other nodes are not known: \(error)")
            return false
        }
    }

    /// Frees the sessions of servers that are gone, so that their visitors can begin anew.
    ///
    /// Only while this node was heard of all that time itself: after an outage of the database nobody was.
    private func endOrphans(heardSince: ContinuousClock.Instant) async {
        let patience = hub.reconnectSeconds + Self.grace
        guard heardSince.duration(to: .now) > .seconds(patience) else { return }
        do {
            await hub.endOrphans(try await registry.orphanedSessions(after: patience))
        } catch {
            logger.warning("the sessions of lost nodes are not known: \(error)")
        }
    }
}
