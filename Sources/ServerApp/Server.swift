package import Accounts
internal import Authentication
internal import Foundation
package import HTTPCore
internal import HTTPServer
internal import Hummingbird
internal import Logging
internal import Metrics
internal import NIOCore
internal import OpenIDClient
internal import PrometheusMetrics
package import Salesforce
package import ServiceLifecycle
internal import ServiceTokens
internal import Sessions
internal import SystemPackage
internal import SystemSupport
internal import UnixSignals
internal import WebServices
internal import WireCodec

/// Everything in one process: services, pages, panel and session server on one port.
package struct Server: Sendable {
    let settings: Settings
    let store: any AccountStore
    private let masterKey: MasterKey
    let demo: DemoCRM.Configuration?
    let lock: ServerNameLock
    let servers: SessionServers
    private let rereading: @Sendable () async throws -> Settings
    private let log: LogOutput
    private let identity: TLSIdentity?
    private let manager = ServiceManager(environment: ProcessInfo.processInfo.environment)
    private static let portErrors: [Errno] = [.addressInUse, .permissionDenied, .addressNotAvailable]
    /// Where the installation is reached.
    package let site: WebSite

    /// Makes a server.
    ///
    /// - Parameters:
    ///   - settings: The settings.
    ///   - store: The store.
    ///   - masterKey: Under which tokens are signed.
    ///   - demo: How to serve the demonstration's CRM too; `nil` not to.
    ///   - rereading: Reads the settings again, when the process is told to.
    /// - Throws: ``CommandFailure`` for a setting that is not valid, and for a server name that another process holds.
    package init(
        settings: Settings,
        store: any AccountStore,
        masterKey: MasterKey,
        demo: DemoCRM.Configuration? = nil,
        rereading: @escaping @Sendable () async throws -> Settings
    ) throws {
        self.rereading = rereading
        self.log = LogOutput(level: try settings.logLevel())
        self.identity = try settings.tlsIdentity()
        self.settings = settings
        self.store = store
        self.masterKey = masterKey
        self.demo = demo
        self.lock = try settings.lockServerName()
        let servers = SessionServers(
            SessionServerRecord(
                name: settings.text(.sessionServerName),
                url: try settings.sessionServerURL(),
                epoch: RandomSource.system.correlationID().text
            )
        )
        var site = try settings.site()
        site.otherSessionServers = { servers.urls }
        (self.site, self.servers) = (site, servers)
    }

    /// Serves until it is told to stop by SIGTERM or SIGINT.
    ///
    /// - Parameter onRunning: Called once the port is open.
    /// - Throws: What keeps the server from running: a wrong setting, a taken port.
    package func run(onRunning: @escaping @Sendable () async -> Void = {}) async throws {
        do {
            try await services(onRunning: onRunning).run()
        } catch let error as IOError where Self.portErrors.contains(Errno(rawValue: error.errnoCode)) {
            let (host, port) = (settings.text(.httpHost), settings.text(.httpPort))
            let reason = Errno(rawValue: error.errnoCode)
            throw CommandFailure(
                "\(host):\(port) cannot be listened on (\(reason.description.lowercased())): \(Self.remedy(reason))"
            )
        }
    }

    private static func remedy(_ reason: Errno) -> String {
        guard reason == .permissionDenied else {
            return "choose another with --host and --port, or stop what is using it"
        }
        return
            "ports below 1024 need the capability CAP_NET_BIND_SERVICE, which the package's unit of systemd gives and, "
            + "to a program file, `setcap cap_net_bind_service=+ep FILE`; or choose another with --port"
    }

    /// All that has to run, ready to be started and to be stopped gracefully.
    package func services(onRunning: @escaping @Sendable () async -> Void) async throws -> ServiceGroup {
        let logger = log.logger(format: try settings.logFormat())
        // Before anything is measured.
        let metrics = try settings.metricsToken()
            .map { (registry: PrometheusRegistry(help: MetricHelp.texts), token: $0) }
        if let metrics { MetricsSystem.bootstrap(metrics.registry) }
        let newest = try? await store.auditEvents(AuditFilter(limit: 1)).first?.time
        let clock = ClockWatch(newest: newest, time: .system, logger: logger)
        let signers = try await TokenSigners(masterKey: masterKey)
        let providers = ProviderClient()
        let refresher = KeySetRefresher(store: store, calls: providers) { provider, error in
            logger.warning(
                "the keys of an identity provider cannot be read; those that are known stay in use",
                metadata: ["issuer": "\(provider.issuer)", "error": "\(error)"]
            )
        }
        let signInService = try signInService(signers, providers, refresher, logger)
        let (mail, passwordResets) = try mailParts(signInService, logger)
        let presence = try presenceHub(signInService, logger)
        let nodes = NodeClient(name: servers.own.name, signer: signers.node)
        let hub = try sessionHub(signers, PresenceDirectory(hub: presence, nodes: nodes), logger)
        let leftOver = await hub.sessionsOfEarlierRun()
        let (router, webServices, errorForm) = try router(
            signInService: signInService,
            signers: signers,
            presence: presence,
            nodes: nodes,
            hub: hub,
            passwordResets: passwordResets,
            metrics: metrics,
            clock: clock
        )
        let limits = try connectionLimits(logger)
        var configuration = try settings.application()
        configuration.availableConnectionsDelegate = ConnectionRoom(limits)
        let application = Application(
            responder: WebResponder(
                router: router,
                time: .system,
                random: .system,
                proxies: site.trustedProxies,
                isSecure: identity != nil,
                errorForm: errorForm
            ),
            server: WebServer.builder(
                sockets: sockets(hub, presence),
                authorize: webServices.authorizeFastPath(
                    time: .system,
                    isSecure: identity != nil,
                    logger: logger
                ),
                limits: limits,
                tls: identity
            ),
            configuration: configuration,
            services: [SessionHubService(hub: hub), PresenceHubService(hub: presence)] + mail
                // Told right after the server: what connections end is still written down.
                + [LastConnections(limits)],
            onServerRunning: { channel in
                try? await channel.pipeline.addHandler(AcceptPause(limits), position: .first).get()
                // Not before the port is ours: then no earlier run has it.
                hub.await(leftOver)
                // Without it commands make links to the URL of their own settings; that is no reason not to serve.
                try? await store.setPublicURL(site.publicURL.text)
                await onRunning()
                manager.ready()
            },
            logger: logger
        )
        let keys = ProviderKeys(store: store, refresher: refresher, logger: logger)
        return ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    HangUps(logger: logger) { try await reload(signInService, limits, keys) },
                    Watchdog(manager: manager), ClockWatchService(watch: clock),
                    AuditSealingService(store: store, logger: logger), keys,
                    // The first that is told to stop is the last of them; the next is told once that has ended.
                ] + [application] + nodeServices(hub, signInService, logger)
                    + [WaitingSignIns(authenticator: signInService.authenticator)],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
    }

    /// Takes over what can change while sessions are live; all of it, or nothing.
    private func reload(
        _ signInService: SignInService,
        _ connections: ConnectionLimits,
        _ keys: ProviderKeys
    ) async throws {
        manager.reloading()
        defer { manager.ready() }
        let settings = try await rereading()
        try settings.check()
        let (level, limits, tls) = (try settings.logLevel(), try settings.limits(), try settings.tls())
        let perSource = try settings.connectionsPerSource()
        if let identity, let tls {
            do {
                try identity.replace(by: tls)
            } catch {
                throw settings.mismatch
            }
        }
        log.change(to: level)
        signInService.change(limits)
        connections.change(perSource: perSource)
        // Providers may be slow.
        Task { await keys.refresh() }
    }
}
