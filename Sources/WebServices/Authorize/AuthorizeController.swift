internal import Accounts
internal import Authentication
internal import HTTPCore
internal import HTTPServer
internal import HTTPTypes
internal import Hummingbird
internal import WireCodec
internal import WireProtocol

/// `POST /services/AuthorizationService.svc/rest/Authorize`: credentials in, privileges and a token out.
///
/// LoginKeys over HTTP/1.1 are answered by ``AuthorizeChannelHandler``, in the same way; everything else comes here.
struct AuthorizeController: Sendable {
    let service: AuthorizeService

    func addRoutes(to router: Router<WebContext>) {
        router.post(RouterPath(Path.authorize)) { request, context in
            try await service.crossOrigin.answering(request, context, service.signInService) {
                try await authorize(request, context)
            }
        }
        router.on(RouterPath(Path.authorize), method: .options) { request, context in
            try await service.crossOrigin.preflight(request, context, service.signInService)
        }
    }

    private func authorize(_ request: Request, _ context: WebContext) async throws -> Response {
        let fields = try await request.fields()
        let asked = try AuthorizeRequest((try? fields.get()) ?? FieldSet())
        let attempt = service.attempt(
            for: asked,
            from: RequestOrigin(request, own: service.ownOrigins),
            source: context.source,
            correlationID: context.correlationID,
            at: context.time
        )
        let grant = try await service.signInService.signIn(fields, attempt: attempt)
        var response = Response.json(service.answer(grant, asked, attempt))
        service.crossOrigin.allow(attempt.origin, by: grant.group, on: &response.headers)
        return response
    }
}
