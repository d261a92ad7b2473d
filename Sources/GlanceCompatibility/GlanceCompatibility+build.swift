package import Accounts
package import HTTPCore
package import Hummingbird

/// The services of existing integrations beside sign-in: sessions, reports, users and roles.
package struct GlanceCompatibility: Sendable {
    private let signInService: SignInService
    private let site: WebSite
    private let random: RandomSource

    package init(signInService: SignInService, site: WebSite, random: RandomSource) {
        self.signInService = signInService
        self.site = site
        self.random = random
    }

    /// Adds all routes.
    package func addRoutes(to router: Router<WebContext>) {
        let services = [
            SessionService(signInService: signInService, site: site, random: random).description,
            ActivityService(signInService: signInService).description,
        ]
        for service in services {
            ServiceController(service: service, site: site).addRoutes(to: router)
        }
        UserAPIController(signInService: signInService).addRoutes(to: router)
        RESTController(signInService: signInService).addRoutes(to: router)
    }
}
