package import Accounts
internal import Authentication
package import ClientLaunch
package import HTTPCore
package import HTTPServer
package import Hummingbird
package import Logging
package import PrometheusMetrics
package import Sessions

/// The HTTP services for programs: sign-in, sessions, presence, health and the description of our own API.
package struct WebServices: Sendable {
    private let signInService: SignInService
    private let directory: SessionDirectory
    private let hub: PresenceHub
    private let presence: PresenceDirectory
    private let launchService: LaunchService
    private let site: WebSite
    private let random: RandomSource
    private let metrics: (registry: PrometheusRegistry, token: String)?
    private let clockDeviation: @Sendable () -> Int64?
    private let isLeaving: @Sendable () -> Bool

    /// Makes the services.
    ///
    /// - Parameters:
    ///   - signInService: The way of every sign-in.
    ///   - directory: The sessions.
    ///   - hub: Who is there, on this node.
    ///   - nodes: The other nodes.
    ///   - launchService: The URLs that open the client.
    ///   - site: Where this installation is reached.
    ///   - random: Where ids come from.
    ///   - metrics: What is measured, and the token that shows it; `nil` to show it to nobody.
    ///   - clockDeviation: How many seconds the clock is away from where it should be; `nil` if it is right.
    ///   - isLeaving: Whether the server is taken out of use.
    package init(
        signInService: SignInService,
        directory: SessionDirectory,
        presence hub: PresenceHub,
        nodes: any NodeCalls,
        launchService: LaunchService,
        site: WebSite,
        random: RandomSource,
        metrics: (registry: PrometheusRegistry, token: String)?,
        clockDeviation: @escaping @Sendable () -> Int64? = { nil },
        isLeaving: @escaping @Sendable () -> Bool = { false }
    ) {
        self.clockDeviation = clockDeviation
        self.isLeaving = isLeaving
        self.signInService = signInService
        self.directory = directory
        self.hub = hub
        self.presence = PresenceDirectory(hub: hub, nodes: nodes)
        self.launchService = launchService
        self.site = site
        self.random = random
        self.metrics = metrics
    }

    private var authorize: AuthorizeService {
        AuthorizeService(signInService: signInService, ownOrigins: site.ownOrigins)
    }

    /// What answers LoginKeys to `Authorize` below the framework.
    package func authorizeFastPath(time: TimeSource, isSecure: Bool, logger: Logger) -> AuthorizeFastPath {
        AuthorizeFastPath(
            service: authorize,
            time: time,
            random: random,
            proxies: site.trustedProxies,
            isSecure: isSecure,
            logger: logger
        )
    }

    /// Adds all routes.
    package func addRoutes(to router: Router<WebContext>) {
        let store = signInService.authenticator.store
        AuthorizeController(service: authorize).addRoutes(to: router)
        LoginKeyController(signInService: signInService, ownOrigins: site.ownOrigins).addRoutes(to: router)
        let links = TicketLinks(site: site, signers: signInService.authenticator.signers, random: random)
        AgentLinksController(signInService: signInService, links: links).addRoutes(to: router)
        ViewerLinksController(signInService: signInService, links: links).addRoutes(to: router)
        SessionsController(signInService: signInService, directory: directory, presence: presence)
            .addRoutes(to: router)
        PresenceController(signInService: signInService, presence: presence, site: site).addRoutes(to: router)
        VisitsController(signInService: signInService, directory: directory, presence: presence, random: random)
            .addRoutes(to: router)
        LaunchesController(launchService: launchService, signInService: signInService, ownOrigins: site.ownOrigins)
            .addRoutes(to: router)
        HealthController(store: store, clockDeviation: clockDeviation, isLeaving: isLeaving).addRoutes(to: router)
        if let metrics { MetricsController(registry: metrics.registry, token: metrics.token).addRoutes(to: router) }
        NodesController(signers: signInService.authenticator.signers, hub: hub).addRoutes(to: router)
        OpenAPIController().addRoutes(to: router)
    }
}
