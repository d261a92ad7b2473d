package import ClientLaunch
package import HTTPCore
package import Hummingbird
package import Pages

/// What Latchkey shows inside Salesforce.
package struct Salesforce: Sendable {
    private let signInService: SignInService
    private let site: WebSite
    private let launchService: LaunchService
    private let renderer: PageRenderer

    /// Makes the panel and the key endpoint of one installation.
    package init(signInService: SignInService, site: WebSite, launchService: LaunchService, renderer: PageRenderer) {
        self.signInService = signInService
        self.site = site
        self.launchService = launchService
        self.renderer = renderer
    }

    /// The scripts of the panel and the demo CRM.
    package static var assets: [AssetCatalog.Asset] {
        [
            AssetCatalog.Asset("panel.js", PackageResources.panel_js),
            AssetCatalog.Asset("crm.js", PackageResources.crm_js),
        ]
    }

    /// The templates of the panel and the demo CRM.
    package static var templates: [String: [UInt8]] {
        [
            "panel": PackageResources.panel_mustache, "nopermission": PackageResources.nopermission_mustache,
            "crmhome": PackageResources.crmhome_mustache, "crmrecord": PackageResources.crmrecord_mustache,
        ]
    }

    /// Adds all routes.
    package func addRoutes(to router: Router<WebContext>) {
        PanelController(signInService: signInService, site: site, launchService: launchService, renderer: renderer)
            .addRoutes(to: router)
        CanvasKeyController(signInService: signInService).addRoutes(to: router)
    }
}
