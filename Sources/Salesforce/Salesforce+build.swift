package import HTTPCore
package import Hummingbird
package import Pages

/// What Latchkey shows inside Salesforce.
package struct Salesforce: Sendable {
    private let signInService: SignInService
    private let panel: PanelPage
    private let renderer: PageRenderer

    /// Makes the panel's door and the key endpoint of one installation.
    package init(signInService: SignInService, site: WebSite, renderer: PageRenderer) {
        self.signInService = signInService
        self.panel = PanelPage(signInService: signInService, site: site, renderer: renderer)
        self.renderer = renderer
    }

    /// The script of the demo CRM.
    package static var assets: [AssetCatalog.Asset] {
        [AssetCatalog.Asset("crm.js", PackageResources.crm_js)]
    }

    /// The templates of the demo CRM.
    package static var templates: [String: [UInt8]] {
        [
            "crmhome": PackageResources.crmhome_mustache, "crmrecord": PackageResources.crmrecord_mustache,
        ]
    }

    /// Adds all routes.
    package func addRoutes(to router: Router<WebContext>) {
        CanvasPanelController(signInService: signInService, panel: panel, renderer: renderer).addRoutes(to: router)
        CanvasKeyController(signInService: signInService).addRoutes(to: router)
    }
}
