internal import Accounts
internal import Authentication
internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import LoginKey

/// `/api/v0/groups/{groupId}`: roles and users of a group, for its administrators (`docs/protocol.md#rest`).
struct RESTController: Sendable {
    /// Carries one request out and returns the answer.
    typealias Handler = @Sendable (RESTCall) async throws -> RESTAnswer

    let signInService: SignInService

    func addRoutes(to router: Router<WebContext>) {
        let roles = RoleResource(store: signInService.authenticator.store)
        let users = UserResource(store: signInService.authenticator.store)
        serve("/roles", on: router, [.get: roles.list, .post: roles.create, .put: roles.update])
        serve("/roles/{roleId}", on: router, [.get: roles.show])
        serve("/delete-roles", on: router, [.post: roles.delete])
        serve("/users", on: router, [.get: users.list])
        serve("/users/{userId}", on: router, [.get: users.show])
    }

    private static let methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"]
        .compactMap { HTTPRequest.Method($0) }

    /// Adds what a path has, and the answer to every other method.
    private func serve(
        _ path: String,
        on router: Router<WebContext>,
        _ handlers: [HTTPRequest.Method: Handler]
    ) {
        let path = RouterPath(stringLiteral: "/api/v0/groups/{groupId}\(path)")
        let allowed = handlers.keys.map(\.rawValue).sorted().joined(separator: ", ")
        for method in Self.methods {
            guard let handler = handlers[method] else {
                router.on(path, method: method) { _, context in Self.notAllowed(allowed, context) }
                continue
            }
            router.on(path, method: method) { request, context in
                let administration = try await authorize(request, context)
                let call = RESTCall(request: request, context: context, administration: administration)
                return try await handler(call).response
            }
        }
    }

    /// Lets an administrator of the group in; another group's id is as little there as one that nobody has.
    private func authorize(_ request: Request, _ context: WebContext) async throws(AnswerError) -> AdministrationContext
    {
        let attempt = context.attempt("rest", mustBeAdministrator: true)
        let grant = try await signInService.authorize(token: request.bearerToken, attempt: attempt)
        guard context.parameters.get("groupId") == grant.group.partnerID.text else { throw .notFound }
        return AdministrationContext(grant, attempt, by: "rest")
    }

    private static func notAllowed(_ allowed: String, _ context: WebContext) -> Response {
        var response = AnswerError.methodNotAllowed.response(correlationID: context.correlationID)
        response.headers[.allow] = allowed
        return response
    }
}
