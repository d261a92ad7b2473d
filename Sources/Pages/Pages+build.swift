package import Accounts
internal import Authentication
package import HTTPSupport
package import Hummingbird

/// The pages for agents and visitors.
package struct Pages: Sendable {
    private let signIn: PageSignIn
    private let renderer: PageRenderer

    package init(gate: SignInGate, site: WebSite, random: RandomSource, renderer: PageRenderer) {
        self.signIn = PageSignIn(gate: gate, site: site, random: random)
        self.renderer = renderer
    }

    /// Adds all routes.
    package func addRoutes(to router: Router<WebContext>) {
        ViewerPages(signIn: signIn, renderer: renderer).addRoutes(to: router)
        LoginPages(signIn: signIn, renderer: renderer).addRoutes(to: router)
        VisitPage(store: signIn.gate.authenticator.store, renderer: renderer).addRoutes(to: router)
    }
}
