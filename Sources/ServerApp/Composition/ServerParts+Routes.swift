internal import ClientLaunch
internal import Cobrowse
internal import GlanceCompatibility
internal import HTTPCore
internal import HTTPServer
internal import Hummingbird
internal import Pages
internal import ProtocolURL
internal import PublicAssets
internal import SCIM
internal import Salesforce
internal import Sessions
internal import WebServices
internal import WireCodec
internal import WireProtocol

/// Which part answers which path.
extension ServerParts {
    /// What the framework answers.
    ///
    /// - Parameters:
    ///   - webServices: The services for programs, whose `Authorize` is answered below the framework too.
    ///   - launchService: Makes the URLs that open the client.
    /// - Returns: The responder with all routes.
    /// - Throws: ``CommandFailure`` for a setting that is not valid; an error of a template that cannot be read.
    func responder(_ webServices: WebServices, _ launchService: LaunchService) throws -> WebResponder {
        let router = Router(context: WebContext.self, options: [.caseInsensitive, .autoGenerateHeadEndpoints])
        let assets = AssetCatalog(adding: Salesforce.assets)
        let renderer = try PageRenderer(site: server.site, assets: assets, adding: Salesforce.templates)
        let glance = GlanceCompatibility(
            signInService: signInService,
            site: server.site,
            random: .system,
            hub: hub
        )
        webServices.addRoutes(to: router)
        glance.addRoutes(to: router)
        Cobrowse().addRoutes(to: router)
        SCIM(signInService: signInService, site: server.site).addRoutes(to: router)
        try addPages(renderer, launchService, to: router)
        assets.addRoutes(to: router)
        return WebResponder(
            router: router,
            time: .system,
            random: .system,
            proxies: server.site.trustedProxies,
            isSecure: server.identity != nil,
            errorForm: { error, request, context in
                glance.answer(to: error, request, context) ?? renderer.page(for: error, request, context)
            }
        )
    }

    private func addPages(
        _ renderer: PageRenderer,
        _ launchService: LaunchService,
        to router: Router<WebContext>
    ) throws {
        let publicAssets = try server.settings.publicAssets()
        Pages(
            signInService: signInService,
            site: server.site,
            launchService: launchService,
            random: .system,
            renderer: renderer,
            passwordResets: passwordResets,
            assetSource: { publicAssets.source(for: $0).rawValue }
        )
        .addRoutes(to: router)
        Salesforce(signInService: signInService, site: server.site, renderer: renderer).addRoutes(to: router)
        guard let demo = server.demo else { return }
        DemoCRM(configuration: demo, site: server.site, renderer: renderer).addRoutes(to: router)
        DemoShop(partnerID: demo.partnerID, site: server.site).addRoutes(to: router)
    }

    func launchService() throws -> LaunchService {
        guard let webServer = WebServerName(server.site.publicURL.authority) else {
            throw CommandFailure("http.publicURL has to be https://host or https://host:port")
        }
        return LaunchService(authenticator: signInService.authenticator, webServer: webServer, random: .system)
    }

    func webServices(_ launchService: LaunchService) -> WebServices {
        WebServices(
            signInService: signInService,
            directory: SessionDirectory(
                store: server.store,
                signers: signers,
                servers: server.servers,
                random: .system
            ),
            presence: presence,
            nodes: nodes,
            launchService: launchService,
            site: server.site,
            random: .system,
            metrics: metrics,
            clockDeviation: { [clock] in clock.look() },
            isLeaving: { [servers = server.servers] in servers.isLeaving }
        )
    }

    func sockets() -> WebSocketRoutes {
        let endpoints: [String: any SocketEndpoint] = [
            Path.sessionSocket: SessionSocket(hub: hub, ownOrigins: server.site.ownOrigins),
            Path.visitorSocket: VisitorSocket(hub: presence),
            Path.agentSocket: AgentSocket(hub: presence),
        ]
        return WebSocketRoutes(endpoints, site: server.site)
    }
}
