internal import Accounts
internal import Authentication
internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import LoginKey
internal import Sessions
internal import WireCodec
internal import WireProtocol

/// `POST /agent/message`: a page of the agent's ends what the agent does in a session
/// (`docs/protocol.md#agent-message`).
///
/// The agent is known by the `GSSNID` cookie alone. A browser may keep that from the page; the page can read the refusal.
struct AgentMessageController: Sendable {
    private static let maximumByteCount = 4096

    let signInService: SignInService
    let site: WebSite
    let hub: SessionHub

    private var store: any GroupStore & SessionStore { signInService.authenticator.store }
    private var crossOrigin: CrossOrigin { CrossOrigin(ownOrigins: site.ownOrigins) }

    func addRoutes(to router: Router<WebContext>) {
        router.post(RouterPath(Path.agentMessage)) { request, context in
            try await receive(request, context)
        }
        router.on(RouterPath(Path.agentMessage), method: .options) { request, _ in
            try await preflight(request)
        }
    }

    private func receive(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let body = try? await request.body.collect(upTo: Self.maximumByteCount) else {
            throw AnswerError.tooLarge
        }
        let message = AgentMessage(json: Array(body.readableBytesView))
        var response: Response
        do {
            response = try await obey(message, request, context)
        } catch {
            let answer = AnswerError(error)
            if answer == .unavailable { context.logFailure(error, path: request.uri.path) }
            response = answer.response(correlationID: context.correlationID)
        }
        if let message, let group = try? await store.group(message.partnerID) {
            allow(request, by: [group], on: &response.headers)
        }
        return response
    }

    private func obey(_ message: AgentMessage?, _ request: Request, _ context: WebContext) async throws -> Response {
        guard let message else {
            throw AnswerError.badRequest(#"The body is {"ssnid", "num", "mtype": "EjectAgent", "data": {"reason"}}."#)
        }
        let grant = try await agent(message, request, context)
        guard let session = try await store.openSession(message.sessionKey, of: grant.group.partnerID),
            session.id == message.sessionID,
            hub.dismiss(grant.user.id, from: session.id)
        else { throw AnswerError.notFound }
        return .json(JSONWriter.object { $0.member("status", "ok") })
    }

    private func agent(_ message: AgentMessage, _ request: Request, _ context: WebContext) async throws -> Grant {
        var fields = FieldSet()
        try? fields.add(name: ParameterName.gssnID, value: site.cookie.read(request) ?? "")
        let attempt = context.attempt(
            "leave a session",
            onlyGroup: message.partnerID,
            origin: RequestOrigin(request, own: site.ownOrigins)
        )
        return try await signInService.signIn(.success(fields), attempt: attempt)
    }

    /// The URL names no group: a page may ask if any group lists it, and the message itself is held to its own group.
    private func preflight(_ request: Request) async throws -> Response {
        var response = Response(status: .noContent)
        allow(request, by: try await store.groups(), on: &response.headers)
        if response.headers[.accessControlAllowOrigin] != nil {
            response.headers[.accessControlAllowMethods] = "POST"
            response.headers[.accessControlAllowHeaders] = "content-type"
            response.headers[.accessControlMaxAge] = "600"
        }
        return response
    }

    private func allow(_ request: Request, by groups: [Group], on headers: inout HTTPFields) {
        let origin = RequestOrigin(request, own: site.ownOrigins)
        for group in groups where headers[.accessControlAllowOrigin] == nil {
            crossOrigin.allow(origin, by: group, on: &headers)
        }
        if headers[.accessControlAllowOrigin] != nil { headers[.accessControlAllowCredentials] = "true" }
    }
}
