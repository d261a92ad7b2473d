package import Accounts
internal import AccountsPostgres
internal import Authentication
internal import ClientLaunch
internal import Cobrowse
internal import Foundation
internal import GlanceCompatibility
package import HTTPCore
internal import HTTPServer
internal import Hummingbird
internal import Logging
internal import LoginKey
internal import Mail
internal import Metrics
internal import NIOCore
internal import NIOSSL
internal import OpenIDClient
internal import Pages
internal import PrometheusMetrics
internal import ProtocolURL
internal import PublicAssets
internal import SAML
internal import SCIM
package import Salesforce
package import ServiceLifecycle
internal import ServiceTokens
internal import Sessions
internal import SystemPackage
internal import SystemSupport
internal import UnixSignals
internal import WebServices
internal import WireProtocol

/// Everything in one process: services, pages, panel and session server on one port.
package struct Server: Sendable {
    private let settings: Settings
    private let store: any AccountStore
    private let masterKey: MasterKey
    private let demo: DemoCRM.Configuration?
    private let lock: ServerNameLock
    private let servers: SessionServers
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
        let clock = ClockWatch(time: .system, logger: logger)
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
        let (router, webServices, errorPage) = try router(
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
                errorPage: errorPage
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
            services: [SessionHubService(hub: hub), PresenceHubService(hub: presence)] + mail,
            onServerRunning: { channel in
                try? await channel.pipeline.addHandler(AcceptPause(limits), position: .first).get()
                // Not before the port is ours: then no earlier run has it.
                hub.await(leftOver)
                // Without it commands make links to the URL of their own settings; that is no reason not to serve.
                try? await store.setPublicURL(site.publicURL)
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

    /// What sends mail, and what is sent by it; nothing where no mail is sent.
    private func mailParts(
        _ signInService: SignInService,
        _ logger: Logger
    ) throws -> ([any Service], PasswordResetDesk?) {
        guard let (client, from) = try settings.mailOfServer() else { return ([], nil) }
        let outbox = Outbox(client: client, from: from, time: .system, random: .system, logger: logger)
        let desk = PasswordResetDesk(signInService: signInService, outbox: outbox, site: site, logger: logger)
        return ([MailService(outbox: outbox, desk: desk)], desk)
    }

    /// What a store of several machines needs.
    private func nodeServices(
        _ hub: SessionHub,
        _ signInService: SignInService,
        _ logger: Logger
    ) -> [any Service] {
        guard let registry = store as? any SessionServerStore else { return [] }
        let lease: ServerNameLease? = if case .lease(let lease) = lock { lease } else { nil }
        return [
            NodeService(
                registry: registry,
                hub: hub,
                signInService: signInService,
                servers: servers,
                lease: lease,
                logger: logger
            )
        ]
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

    private func signInService(
        _ signers: TokenSigners,
        _ providers: ProviderClient,
        _ refresher: KeySetRefresher,
        _ logger: Logger
    ) throws -> SignInService {
        var generator = SystemRandomNumberGenerator()
        let authenticator = try Authenticator(
            store: store,
            signers: signers,
            audiences: try settings.audiences(),
            random: .system,
            clockTolerance: settings.clockTolerance(),
            calls: providers,
            refresher: refresher,
            reader: SAMLProgram.besideThisOne,
            using: &generator
        )
        return SignInService(authenticator: authenticator, limits: try settings.limits(), logger: logger)
    }

    private func connectionLimits(_ logger: Logger) throws -> ConnectionLimits {
        ConnectionLimits(
            perSource: try settings.connectionsPerSource(),
            total: FileDescriptors.raise().connections,
            proxies: site.trustedProxies,
            logger: logger
        )
    }

    private func sessionHub(
        _ signers: TokenSigners,
        _ presence: PresenceDirectory,
        _ logger: Logger
    ) throws -> SessionHub {
        let policy = try settings.publicAssets()
        let client = PublicAssetClient(isLoopbackAllowed: try settings.flag(.sessionLoopbackAssets))
        return SessionHub(
            servers: servers,
            store: store,
            signer: signers.serverKey,
            time: .system,
            memory: PageMemory(limit: try settings.pageMemory()),
            publicAssets: PublicAssetAccess(isAllowed: { policy.source(for: $0) == .proxy }, fetch: client.fetch),
            reconnectSeconds: try settings.reconnectSeconds(),
            logger: logger,
            onEnd: { session in Task { await presence.end(session) } }
        )
    }

    private func presenceHub(_ signInService: SignInService, _ logger: Logger) throws -> PresenceHub {
        let door = PresenceAuthorizer(
            signInService: signInService,
            ownOrigins: site.ownOrigins,
            time: .system,
            random: .system
        )
        return PresenceHub(
            servers: servers,
            store: store,
            time: .system,
            random: .system,
            limits: try settings.presenceLimits(),
            logger: logger,
            isGroup: { try await signInService.group($0, askedBy: $1, at: $2) != nil },
            authorize: door.admit
        )
    }

    private func sockets(_ hub: SessionHub, _ presence: PresenceHub) -> WebSocketRoutes {
        let endpoints: [String: any SocketEndpoint] = [
            Path.sessionSocket: SessionSocket(hub: hub, ownOrigins: site.ownOrigins),
            Path.visitorSocket: VisitorSocket(hub: presence),
            Path.agentSocket: AgentSocket(hub: presence),
        ]
        return WebSocketRoutes(endpoints, site: site)
    }

    private func router(
        signInService: SignInService,
        signers: TokenSigners,
        presence: PresenceHub,
        nodes: NodeClient,
        hub: SessionHub,
        passwordResets: PasswordResetDesk?,
        metrics: (registry: PrometheusRegistry, token: String)?,
        clock: ClockWatch
    ) throws -> (Router<WebContext>, WebServices, WebResponder.ErrorPage) {
        let router = Router(context: WebContext.self, options: [.caseInsensitive, .autoGenerateHeadEndpoints])
        let directory = SessionDirectory(
            store: store,
            signers: signers,
            servers: servers,
            random: .system
        )
        guard let webServer = WebServerName(String(site.publicURL.split(separator: "/").last ?? "")) else {
            throw CommandFailure("http.publicURL has to be https://host or https://host:port")
        }
        let launchService = LaunchService(
            authenticator: signInService.authenticator,
            webServer: webServer,
            random: .system
        )
        let publicAssets = try settings.publicAssets()
        let assets = AssetCatalog(adding: Salesforce.assets)
        let renderer = try PageRenderer(site: site, assets: assets, adding: Salesforce.templates)
        let webServices = WebServices(
            signInService: signInService,
            directory: directory,
            presence: presence,
            nodes: nodes,
            launchService: launchService,
            site: site,
            random: .system,
            metrics: metrics,
            clockDeviation: { clock.look() },
            isLeaving: { servers.isLeaving }
        )
        webServices.addRoutes(to: router)
        GlanceCompatibility(signInService: signInService, site: site, random: .system, hub: hub).addRoutes(to: router)
        Cobrowse().addRoutes(to: router)
        SCIM(signInService: signInService, site: site).addRoutes(to: router)
        Pages(
            signInService: signInService,
            site: site,
            launchService: launchService,
            random: .system,
            renderer: renderer,
            passwordResets: passwordResets,
            assetSource: { publicAssets.source(for: $0).rawValue }
        )
        .addRoutes(to: router)
        Salesforce(signInService: signInService, site: site, renderer: renderer).addRoutes(to: router)
        assets.addRoutes(to: router)
        if let demo {
            DemoCRM(configuration: demo, site: site, renderer: renderer).addRoutes(to: router)
            DemoShop(partnerID: demo.partnerID, site: site).addRoutes(to: router)
        }
        return (router, webServices, { error, request, context in renderer.page(for: error, request, context) })
    }
}

/// Runs the session server beside the HTTP server.
private struct SessionHubService: Service {
    let hub: SessionHub

    func run() async throws {
        await hub.run()
    }
}

/// Runs presence beside the HTTP server.
private struct PresenceHubService: Service {
    let hub: PresenceHub

    func run() async throws {
        await hub.run()
    }
}
