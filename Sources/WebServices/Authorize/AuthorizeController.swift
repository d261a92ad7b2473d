internal import Accounts
internal import Authentication
internal import HTTPSupport
internal import HTTPTypes
internal import Hummingbird
internal import LoginKey
internal import ServiceTokens
internal import WireModels

/// `POST /services/AuthorizationService.svc/rest/Authorize`: credentials in, privileges and a token out.
struct AuthorizeController: Sendable {
    let gate: SignInGate
    let ownOrigins: Set<Origin>

    func addRoutes(to router: Router<WebContext>) {
        router.post(RouterPath(Path.authorize)) { request, context in
            try await authorize(request, context)
        }
        router.on(RouterPath(Path.authorize), method: .options) { request, context in
            try await preflight(request, context)
        }
    }

    private func authorize(_ request: Request, _ context: WebContext) async throws -> Response {
        let fields = try await request.fields()
        let asked = try AuthorizeRequest((try? fields.get()) ?? FieldSet())
        let attempt = Attempt(
            time: context.time,
            correlationID: context.correlationID,
            source: context.source,
            purpose: asked.service.rawValue,
            required: asked.service == .client ? [.desktopClient] : [],
            onlyGroup: asked.groupID,
            origin: RequestOrigin(request, own: ownOrigins),
            isFromURL: asked.service == .client
        )
        let grant = try await gate.signIn(fields, attempt: attempt)
        let signers = gate.authenticator.signers
        let claims = AuthClaims(
            user: grant.user,
            privileges: grant.privileges,
            service: asked.service.rawValue,
            correlationID: grant.correlationID ?? context.correlationID,
            issuedAt: context.seconds,
            lifetime: asked.minutes * 60
        )
        let sessionID = signers.sessionID.issue(
            for: grant.user.id,
            in: grant.user.partnerID,
            at: context.seconds,
            until: grant.sessionEnds
        )
        let answer = AuthorizeAnswer(
            grant: grant,
            service: asked.service,
            token: try signers.auth.sign(claims),
            tokenExpires: claims.exp,
            sessionID: sessionID
        )
        var response = Response.json(answer.body)
        allow(attempt.origin, by: grant.group, on: &response)
        return response
    }

    /// Answers a browser that asks whether a page of another origin may call: only for origins on the group's list.
    private func preflight(_ request: Request, _ context: WebContext) async throws -> Response {
        var response = Response(status: .noContent)
        guard case .success(let fields) = try await request.fields(),
            let groupID = fields.nonEmpty(ParameterName.groupID), let partnerID = try? PartnerID(parsing: groupID),
            let group = try await gate.authenticator.store.group(partnerID)
        else { return response }
        allow(RequestOrigin(request, own: ownOrigins), by: group, on: &response)
        if response.headers[.accessControlAllowOrigin] != nil {
            response.headers[.accessControlAllowMethods] = "POST"
            response.headers[.accessControlAllowHeaders] = "content-type, authorization"
            response.headers[.accessControlMaxAge] = "600"
        }
        return response
    }

    private func allow(_ origin: RequestOrigin, by group: Group, on response: inout Response) {
        guard case .foreign(let origin?) = origin, group.embeddingOrigins.contains(origin) else { return }
        response.headers[.accessControlAllowOrigin] = origin.text
        response.headers[.vary] = "Origin"
        response.headers[.resourcePolicy] = "cross-origin"
    }
}
