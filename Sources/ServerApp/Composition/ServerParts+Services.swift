internal import Accounts
internal import AccountsPostgres
internal import HTTPCore
internal import HTTPServer
internal import Hummingbird
internal import NIOCore
internal import ServiceLifecycle
internal import Sessions
internal import WebServices
internal import WireCodec

/// What runs, and in which order it stops.
extension ServerParts {
    /// All services, which stop from the last to the first: each is told once the one after it has ended.
    ///
    /// - Parameters:
    ///   - onRunning: Called once the port is open.
    ///   - onReload: Applies changed settings, when the process is told to.
    /// - Returns: The services.
    /// - Throws: ``CommandFailure`` for a setting that is not valid.
    func services(
        onRunning: @escaping @Sendable () async -> Void,
        onReload: @escaping @Sendable (Self, ProviderKeys) async throws -> Void
    ) async throws -> [any Service] {
        let keys = ProviderKeys(store: server.store, refresher: refresher, logger: logger)
        let background: [any Service] = [
            HangUps(logger: logger) { try await onReload(self, keys) },
            Watchdog(manager: server.manager), ClockWatchService(watch: clock),
            AuditSealingService(store: server.store, logger: logger), keys,
        ]
        let waiting = WaitingSignIns(authenticator: signInService.authenticator)
        return background + [try await application(onRunning: onRunning)] + nodeService() + [waiting]
    }

    private func application(onRunning: @escaping @Sendable () async -> Void) async throws -> some Service {
        let launchService = try launchService()
        let webServices = webServices(launchService)
        let isSecure = server.identity != nil
        var configuration = try server.settings.application()
        configuration.availableConnectionsDelegate = ConnectionRoom(limits)
        let leftOver = await hub.sessionsOfEarlierRun()
        let mail: [any Service] = mail.map { [$0] } ?? []
        return Application(
            responder: try responder(webServices, launchService),
            server: WebServer.builder(
                sockets: sockets(),
                authorize: webServices.authorizeFastPath(time: .system, isSecure: isSecure, logger: logger),
                limits: limits,
                tls: server.identity
            ),
            configuration: configuration,
            services: [SessionHubService(hub: hub), PresenceHubService(hub: presence)] + mail
                // Told right after the server: what ends with connections is still written down.
                + [LastConnections(limits)],
            onServerRunning: { channel in
                try? await channel.pipeline.addHandler(AcceptPause(limits), position: .first).get()
                // Not before the port is ours: then no earlier run has it.
                hub.await(leftOver)
                // Without it commands make links to the URL of their own settings; that is no reason not to serve.
                try? await server.store.setPublicURL(server.site.publicURL.text)
                await onRunning()
            },
            logger: logger
        )
    }

    /// What a store of several machines needs.
    private func nodeService() -> [any Service] {
        guard let registry = server.store as? any SessionServerStore else { return [] }
        let lease: ServerNameLease? = if case .lease(let lease) = server.lock { lease } else { nil }
        return [
            NodeService(
                registry: registry,
                hub: hub,
                signInService: signInService,
                servers: server.servers,
                lease: lease,
                logger: logger
            )
        ]
    }
}
