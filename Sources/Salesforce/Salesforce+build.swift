package import HTTPSupport
package import Hummingbird
package import Launches
package import Pages

/// What Latchkey shows inside Salesforce.
package struct Salesforce: Sendable {
    private let gate: SignInGate
    private let site: WebSite
    private let desk: LaunchDesk
    private let renderer: PageRenderer

    package init(gate: SignInGate, site: WebSite, desk: LaunchDesk, renderer: PageRenderer) {
        self.gate = gate
        self.site = site
        self.desk = desk
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
        PanelController(gate: gate, site: site, desk: desk, renderer: renderer).addRoutes(to: router)
        CanvasKeyController(gate: gate).addRoutes(to: router)
    }
}
