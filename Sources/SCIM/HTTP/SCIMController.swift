internal import Accounts
internal import Authentication
internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import WireCodec

/// Everything below `/scim/v2`: routes, who asks, and one form of answers, also for what is not there.
struct SCIMController: Sendable {
    /// The most bytes that the body of a request on one resource may have.
    static let maximumByteCount = 256 * 1024

    let signInService: SignInService
    let links: ResourceLinks
    let turns: ChangeTurns

    func addRoutes(to router: Router<WebContext>) {
        for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete] {
            for path in [SCIMRoute.base, SCIMRoute.base + "/**"] {
                router.on(RouterPath(path), method: method) { request, context in
                    await respond(to: request, context)
                }
            }
        }
    }

    private func respond(to request: Request, _ context: WebContext) async -> Response {
        do {
            return try await answer(request, context)
        } catch {
            let problem = SCIMError(error)
            if problem.status == .serviceUnavailable { context.logFailure(error, path: request.uri.path) }
            return problem.response(correlationID: context.correlationID)
        }
    }

    private func answer(_ request: Request, _ context: WebContext) async throws -> Response {
        let path = request.uri.path.utf8.dropFirst(SCIMRoute.base.utf8.count)
        guard let route = SCIMRoute(Substring(path)) else { throw SCIMError.notFound }
        // The framework makes HEAD of GET.
        let method = request.method == .head ? .get : request.method
        guard route.methods.contains(method) else {
            var response = SCIMError.methodNotAllowed.response(correlationID: context.correlationID)
            response.headers[.allow] = route.methods.map(\.rawValue).joined(separator: ", ")
            return response
        }
        switch route {
        case .me: throw SCIMError.notImplemented
        case .search: return try await searchAll(try await call(request, context))
        case .serviceProviderConfig, .schemas, .schema, .resourceTypes, .resourceType:
            return try await discover(route, request, context)
        case .bulk: return try await bulk(request, context)
        case .users, .user, .userSearch: return try await users(route, method, try await call(request, context))
        case .groups, .group, .groupSearch: return try await groups(route, method, try await call(request, context))
        }
    }

    private func administration(_ request: Request, _ context: WebContext) async throws(AnswerError)
        -> AdministrationContext
    {
        let attempt = context.attempt("scim", mustBeAdministrator: true)
        return AdministrationContext(
            try await signInService.authorize(token: request.bearerToken, attempt: attempt),
            attempt,
            by: "scim"
        )
    }

    private func call(_ request: Request, _ context: WebContext) async throws -> SCIMCall {
        try SCIMCall(
            request,
            administration: try await administration(request, context),
            body: try await body(request, upTo: Self.maximumByteCount)
        )
    }

    private func body(_ request: Request, upTo limit: Int) async throws(AnswerError) -> [UInt8] {
        guard let collected = try? await request.body.collect(upTo: limit) else { throw .tooLarge }
        return Array(collected.readableBytesView)
    }
}

// MARK: Resources

extension SCIMController {
    private func users(_ route: SCIMRoute, _ method: HTTPRequest.Method, _ call: SCIMCall) async throws -> Response {
        let endpoint = users(call.administration)
        switch (route, method) {
        case (.users, .post):
            return try await endpoint.create(try call.document).response(call.selection, status: .created)
        case (.userSearch, _): return .scim(try await endpoint.list(try call.search).document)
        case (.user(let id), .get):
            return try await endpoint.read(id).response(call.selection, unless: call.known)
        case (.user(let id), .put):
            return try await endpoint.replace(id, by: try call.document, if: call.condition).response(call.selection)
        case (.user(let id), .patch):
            return try await endpoint.patch(id, by: try call.document, if: call.condition).response(call.selection)
        case (.user(let id), .delete):
            try await endpoint.delete(id, if: call.condition)
            return Response(status: .noContent)
        default: return .scim(try await endpoint.list(try call.query).document)
        }
    }

    private func groups(_ route: SCIMRoute, _ method: HTTPRequest.Method, _ call: SCIMCall) async throws -> Response {
        let endpoint = groups(call.administration)
        switch (route, method) {
        case (.groups, .post):
            return try await endpoint.create(try call.document).response(call.selection, status: .created)
        case (.groupSearch, _): return .scim(try await endpoint.list(try call.search).document)
        case (.group(let id), .get):
            return try await endpoint.read(id, call.selection).response(call.selection, unless: call.known)
        case (.group(let id), .put):
            return try await endpoint.replace(id, by: try call.document, if: call.condition).response(call.selection)
        case (.group(let id), .patch):
            try await endpoint.patch(id, by: try call.document, if: call.condition)
            // Listing thousands of members after each change of one is left out unless it is asked for.
            guard !call.selection.isDefault else { return Response(status: .noContent) }
            return try await endpoint.read(id, call.selection).response(call.selection)
        case (.group(let id), .delete):
            try await endpoint.delete(id, if: call.condition)
            return Response(status: .noContent)
        default: return .scim(try await endpoint.list(try call.query).document)
        }
    }

    private func bulk(_ request: Request, _ context: WebContext) async throws -> Response {
        let administration = try await administration(request, context)
        let bytes = try await body(request, upTo: BulkRequest.maximumByteCount)
        let bulkRequest = try BulkRequest(try SCIMCall.document(of: bytes))
        var run = BulkRun(bulkRequest, users: users(administration), groups: groups(administration))
        return .scim(await run.answer())
    }

    func users(_ administration: AdministrationContext) -> UserEndpoint {
        UserEndpoint(
            authenticator: signInService.authenticator,
            administration: administration,
            links: links,
            turns: turns
        )
    }

    func groups(_ administration: AdministrationContext) -> GroupEndpoint {
        GroupEndpoint(
            store: signInService.authenticator.store,
            administration: administration,
            links: links,
            turns: turns
        )
    }
}

// MARK: Discovery

extension SCIMController {
    private func discover(_ route: SCIMRoute, _ request: Request, _ context: WebContext) async throws -> Response {
        guard try SCIMCall.fields(of: request)["filter"] == nil else { throw SCIMError.unfilterable }
        let endpoint = DiscoveryEndpoint(links: links, roles: try await roles(route, request, context))
        switch route {
        case .schemas: return .scim(endpoint.schemas.document)
        case .schema(let id): return .scim(.object(try endpoint.schema(id)))
        case .resourceTypes: return .scim(endpoint.resourceTypes.document)
        case .resourceType(let name): return .scim(.object(try endpoint.resourceType(name)))
        default: return .scim(.object(endpoint.configuration))
        }
    }

    /// Whoever shows a token sees in the schema of users which roles there are.
    private func roles(
        _ route: SCIMRoute,
        _ request: Request,
        _ context: WebContext
    ) async throws -> [String]? {
        switch route {
        case .schemas, .schema: break
        default: return nil
        }
        guard request.bearerToken != nil else { return nil }
        let administration = try await administration(request, context)
        return try await signInService.authenticator.store.roles(of: administration.partnerID).map(\.name)
    }
}
