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

    let registry: any SessionServerStore
    let servers: SessionServers
    let lease: ServerNameLease?
    let logger: Logger

    /// Another server has taken the name.
    struct NameLost: Error, CustomStringConvertible {
        let description = "another server has taken this one's name; it stops"
    }

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try await look()
                try? await Task.sleep(for: Self.interval)
            }
        }
        try? await registry.withdraw(servers.own.name)
    }

    /// Without the database everything stays as it is: live sessions go on.
    private func look() async throws {
        if case .lost? = await lease?.check() {
            logger.error("\(NameLost())")
            throw NameLost()
        }
        do {
            try await registry.announce(servers.own)
            servers.update(try await registry.sessionServers(heardWithin: Self.patience))
        } catch {
            logger.warning("the other nodes are not known: \(error)")
        }
    }
}
