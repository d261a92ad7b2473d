package import Accounts
internal import Authentication
package import HTTPSupport
package import Hummingbird
package import Launches
package import Logging
package import Monitoring
package import SessionServer
package import Sessions

/// The HTTP services for programs: sign-in, sessions, presence, health and the description of our own API.
package struct WebServices: Sendable {
    private let gate: SignInGate
    private let directory: SessionDirectory
    private let presence: PresenceHub
    private let desk: LaunchDesk
    private let site: WebSite
    private let random: RandomSource
    private let metrics: (registry: PrometheusRegistry, token: String)?

    /// Makes the services.
    ///
    /// - Parameters:
    ///   - gate: The way of every sign-in.
    ///   - directory: The sessions.
    ///   - presence: Who is there.
    ///   - desk: The URLs that open the client.
    ///   - site: Where this installation is reached.
    ///   - random: Where ids come from.
    ///   - metrics: What is measured, and the token that shows it; `nil` to show it to nobody.
    package init(
        gate: SignInGate,
        directory: SessionDirectory,
        presence: PresenceHub,
        desk: LaunchDesk,
        site: WebSite,
        random: RandomSource,
        metrics: (registry: PrometheusRegistry, token: String)?
    ) {
        self.gate = gate
        self.directory = directory
        self.presence = presence
        self.desk = desk
        self.site = site
        self.random = random
        self.metrics = metrics
    }

    private var authorize: AuthorizeService { AuthorizeService(gate: gate, ownOrigins: site.ownOrigins) }

    /// What answers LoginKeys to `Authorize` below the framework.
    package func authorizeDesk(time: TimeSource, logger: Logger) -> AuthorizeDesk {
        AuthorizeDesk(
            service: authorize,
            time: time,
            random: random,
            proxies: site.trustedProxies,
            logger: logger
        )
    }

    /// Adds all routes.
    package func addRoutes(to router: Router<WebContext>) {
        let store = gate.authenticator.store
        AuthorizeController(service: authorize).addRoutes(to: router)
        LoginKeyController(gate: gate, ownOrigins: site.ownOrigins).addRoutes(to: router)
        SessionsController(gate: gate, directory: directory, presence: presence)
            .addRoutes(to: router)
        PresenceController(gate: gate, hub: presence, site: site).addRoutes(to: router)
        VisitsController(store: store, directory: directory, ownOrigins: site.ownOrigins, random: random)
            .addRoutes(to: router)
        LaunchesController(desk: desk, gate: gate, ownOrigins: site.ownOrigins).addRoutes(to: router)
        HealthController(store: store).addRoutes(to: router)
        if let metrics { MetricsController(registry: metrics.registry, token: metrics.token).addRoutes(to: router) }
        OpenAPIController().addRoutes(to: router)
    }
}
