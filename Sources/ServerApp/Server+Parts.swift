internal import Accounts
internal import AccountsPostgres
internal import Authentication
internal import ClientLaunch
internal import Cobrowse
internal import GlanceCompatibility
internal import HTTPCore
internal import HTTPServer
internal import Hummingbird
internal import Logging
internal import Mail
internal import OpenIDClient
internal import Pages
internal import PrometheusMetrics
internal import ProtocolURL
internal import PublicAssets
internal import SAML
internal import SCIM
internal import Salesforce
internal import ServiceLifecycle
internal import ServiceTokens
internal import Sessions
internal import WebServices
internal import WireCodec
internal import WireProtocol

/// What a server is put together of.
extension Server {
    /// What sends mail, and what is sent by it; nothing where no mail is sent.
    func mailParts(
        _ signInService: SignInService,
        _ logger: Logger
    ) throws -> ([any Service], PasswordResetDesk?) {
        guard let (client, from) = try settings.mailOfServer() else { return ([], nil) }
        let outbox = Outbox(client: client, from: from, time: .system, random: .system, logger: logger)
        let desk = PasswordResetDesk(signInService: signInService, outbox: outbox, site: site, logger: logger)
        return ([MailService(outbox: outbox, desk: desk)], desk)
    }

    /// What a store of several machines needs.
    func nodeServices(
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

    func signInService(
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

    func connectionLimits(_ logger: Logger) throws -> ConnectionLimits {
        ConnectionLimits(
            perSource: try settings.connectionsPerSource(),
            total: FileDescriptors.raise().connections,
            proxies: site.trustedProxies,
            logger: logger
        )
    }

    func sessionHub(
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

    func presenceHub(_ signInService: SignInService, _ logger: Logger) throws -> PresenceHub {
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

    func sockets(_ hub: SessionHub, _ presence: PresenceHub) -> WebSocketRoutes {
        let endpoints: [String: any SocketEndpoint] = [
            Path.sessionSocket: SessionSocket(hub: hub, ownOrigins: site.ownOrigins),
            Path.visitorSocket: VisitorSocket(hub: presence),
            Path.agentSocket: AgentSocket(hub: presence),
        ]
        return WebSocketRoutes(endpoints, site: site)
    }

    func router(
        signInService: SignInService,
        signers: TokenSigners,
        presence: PresenceHub,
        nodes: NodeClient,
        hub: SessionHub,
        passwordResets: PasswordResetDesk?,
        metrics: (registry: PrometheusRegistry, token: String)?,
        clock: ClockWatch
    ) throws -> (Router<WebContext>, WebServices, WebResponder.ErrorForm) {
        let router = Router(context: WebContext.self, options: [.caseInsensitive, .autoGenerateHeadEndpoints])
        let directory = SessionDirectory(
            store: store,
            signers: signers,
            servers: servers,
            random: .system
        )
        guard let webServer = WebServerName(site.publicURL.authority) else {
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
        let glance = GlanceCompatibility(signInService: signInService, site: site, random: .system, hub: hub)
        glance.addRoutes(to: router)
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
        let errorForm: WebResponder.ErrorForm = { error, request, context in
            glance.answer(to: error, request, context) ?? renderer.page(for: error, request, context)
        }
        return (router, webServices, errorForm)
    }
}
