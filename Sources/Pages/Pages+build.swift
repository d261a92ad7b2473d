package import Accounts
internal import Authentication
package import HTTPSupport
package import Hummingbird
package import Launches

/// The pages for agents and visitors.
package struct Pages: Sendable {
    private let signIn: PageSignIn
    private let desk: LaunchDesk

    package init(gate: SignInGate, site: WebSite, desk: LaunchDesk, random: RandomSource, renderer: PageRenderer) {
        self.signIn = PageSignIn(gate: gate, site: site, random: random, renderer: renderer)
        self.desk = desk
    }

    /// Adds all routes.
    package func addRoutes(to router: Router<WebContext>) {
        ViewerPages(signIn: signIn).addRoutes(to: router)
        StartPage(signIn: signIn, desk: desk).addRoutes(to: router)
        LoginPages(signIn: signIn).addRoutes(to: router)
        LoginKeyPage(signIn: signIn).addRoutes(to: router)
        VisitPage(store: signIn.gate.authenticator.store, renderer: signIn.renderer).addRoutes(to: router)
    }
}
