package import Accounts
internal import Authentication
package import ClientLaunch
package import HTTPCore
package import Hummingbird
package import LoginKey

/// The pages for agents and visitors.
package struct Pages: Sendable {
    private let signIn: PageSignIn
    private let launchService: LaunchService
    private let panel: PanelPage
    private let assetSource: @Sendable (PartnerID) -> String

    /// Makes the pages of one installation.
    ///
    /// `passwordResets` sends links that set a new password; `nil` where no mail is sent. `assetSource` says where a group's agents have public assets from: `visitor`, `proxy` or `none`.
    package init(
        signInService: SignInService,
        site: WebSite,
        launchService: LaunchService,
        random: RandomSource,
        renderer: PageRenderer,
        passwordResets: PasswordResetService? = nil,
        assetSource: @escaping @Sendable (PartnerID) -> String
    ) {
        self.assetSource = assetSource
        self.signIn = PageSignIn(
            signInService: signInService,
            site: site,
            random: random,
            renderer: renderer,
            prompts: PromptCache(store: signInService.authenticator.store),
            passwordResets: passwordResets
        )
        self.launchService = launchService
        self.panel = PanelPage(signInService: signInService, site: site, renderer: renderer)
    }

    /// Adds all routes.
    package func addRoutes(to router: Router<WebContext>) {
        FrontPage(renderer: signIn.renderer).addRoutes(to: router)
        ViewerPages(signIn: signIn, assetSource: assetSource).addRoutes(to: router)
        StartPage(signIn: signIn, launchService: launchService).addRoutes(to: router)
        LoginPages(signIn: signIn).addRoutes(to: router)
        SecondFactorPages(signIn: signIn).addRoutes(to: router)
        if let passwordResets = signIn.passwordResets {
            PasswordResetPages(signIn: signIn, service: passwordResets).addRoutes(to: router)
        }
        SingleSignOnPages(signIn: signIn).addRoutes(to: router)
        ReplicaFrame().addRoutes(to: router)
        LoginKeyPage(signIn: signIn).addRoutes(to: router)
        PanelController(signIn: signIn, page: panel).addRoutes(to: router)
        PanelClicks(page: panel, launchService: launchService).addRoutes(to: router)
        VisitPage(signInService: signIn.signInService, renderer: signIn.renderer).addRoutes(to: router)
    }
}
