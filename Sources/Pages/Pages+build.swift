package import Accounts
internal import Authentication
package import HTTPSupport
package import Hummingbird
package import Launches

/// The pages for agents and visitors.
package struct Pages: Sendable {
    private let signIn: PageSignIn
    private let desk: LaunchDesk
    private let renderer: PageRenderer

    package init(gate: SignInGate, site: WebSite, desk: LaunchDesk, random: RandomSource, renderer: PageRenderer) {
        self.signIn = PageSignIn(gate: gate, site: site, random: random)
        self.desk = desk
        self.renderer = renderer
    }

    /// Adds all routes.
    package func addRoutes(to router: Router<WebContext>) {
        ViewerPages(signIn: signIn, renderer: renderer).addRoutes(to: router)
        StartPage(signIn: signIn, desk: desk, renderer: renderer).addRoutes(to: router)
        LoginPages(signIn: signIn, renderer: renderer).addRoutes(to: router)
        LoginKeyPage(signIn: signIn, renderer: renderer).addRoutes(to: router)
        VisitPage(store: signIn.gate.authenticator.store, renderer: renderer).addRoutes(to: router)
    }
}
