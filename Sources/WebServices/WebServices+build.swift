package import Accounts
internal import Authentication
package import HTTPSupport
package import Hummingbird
package import Launches
package import Sessions

/// The HTTP services for programs: sign-in, sessions, health and the description of our own API.
package struct WebServices: Sendable {
    private let gate: SignInGate
    private let directory: SessionDirectory
    private let desk: LaunchDesk
    private let site: WebSite
    private let random: RandomSource

    package init(gate: SignInGate, directory: SessionDirectory, desk: LaunchDesk, site: WebSite, random: RandomSource) {
        self.gate = gate
        self.directory = directory
        self.desk = desk
        self.site = site
        self.random = random
    }

    /// Adds all routes.
    package func addRoutes(to router: Router<WebContext>) {
        let store = gate.authenticator.store
        AuthorizeController(gate: gate, ownOrigins: site.ownOrigins).addRoutes(to: router)
        SessionsController(gate: gate, directory: directory).addRoutes(to: router)
        VisitsController(store: store, directory: directory, ownOrigins: site.ownOrigins, random: random)
            .addRoutes(to: router)
        LaunchesController(desk: desk, gate: gate, ownOrigins: site.ownOrigins).addRoutes(to: router)
        HealthController(store: store).addRoutes(to: router)
        OpenAPIController().addRoutes(to: router)
    }
}
