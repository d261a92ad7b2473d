package import Accounts
internal import Authentication
package import HTTPCore
package import Hummingbird
package import Sessions

/// The services of existing integrations beside sign-in: sessions, reports, users and roles.
package struct GlanceCompatibility: Sendable {
    private let signInService: SignInService
    private let site: WebSite
    private let random: RandomSource
    private let hub: SessionHub?

    /// Makes the services.
    ///
    /// - Parameters:
    ///   - signInService: The way of every sign-in.
    ///   - site: Where this installation is reached.
    ///   - random: Where ids come from.
    ///   - hub: The sessions that agents may leave from another page; `nil` if none live here.
    package init(signInService: SignInService, site: WebSite, random: RandomSource, hub: SessionHub? = nil) {
        self.signInService = signInService
        self.site = site
        self.random = random
        self.hub = hub
    }

    private var services: [ServiceDescription] {
        [
            SessionService(signInService: signInService, site: site, random: random).description,
            ActivityService(signInService: signInService).description,
        ]
    }

    /// Adds all routes.
    package func addRoutes(to router: Router<WebContext>) {
        for service in services {
            ServiceController(service: service, site: site, signInService: signInService)
                .addRoutes(to: router)
        }
        if let hub { AgentMessageController(signInService: signInService, site: site, hub: hub).addRoutes(to: router) }
        UserAPIController(signInService: signInService).addRoutes(to: router)
        RESTController(signInService: signInService).addRoutes(to: router)
    }

    /// The answer in XML to a method that a path of the services or of the Partner User API does not take.
    ///
    /// - Returns: `nil` for all other errors, and at all other paths.
    package func answer(to error: AnswerError, _ request: Request, _ context: WebContext) -> Response? {
        guard error == .methodNotAllowed else { return nil }
        let path = request.uri.path.lowercased()
        if UserAPIOperation.allCases.contains(where: { path == $0.path.lowercased() }) {
            return UserAPIError.onlyPost.response(context.correlationID)
        }
        guard services.contains(where: { path.hasPrefix($0.path.lowercased()) }) else { return nil }
        return Response.xml(error.document(context.correlationID), status: error.status)
    }
}
