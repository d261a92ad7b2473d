package import Accounts
package import HTTPSupport
package import Hummingbird

/// The services of existing integrations beside sign-in: sessions, reports, users and roles.
package struct PartnerServices: Sendable {
    private let gate: SignInGate
    private let site: WebSite
    private let random: RandomSource

    package init(gate: SignInGate, site: WebSite, random: RandomSource) {
        self.gate = gate
        self.site = site
        self.random = random
    }

    /// Adds all routes.
    package func addRoutes(to router: Router<WebContext>) {
        let services = [
            SessionService(gate: gate, site: site, random: random).description,
            ActivityService(gate: gate).description,
        ]
        for service in services {
            ServiceController(service: service, site: site).addRoutes(to: router)
        }
        UserAPIController(gate: gate).addRoutes(to: router)
        RESTController(gate: gate).addRoutes(to: router)
    }
}
