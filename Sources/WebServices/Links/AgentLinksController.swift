internal import Accounts
internal import Authentication
internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import LoginKey
internal import WireCodec
internal import WireProtocol

/// `POST /api/v1/agent-links`: a CRM's server has a link made that signs one agent in, once, within a minute
/// (`docs/protocol.md#agent-links`).
struct AgentLinksController: Sendable {
    let signInService: SignInService
    let links: TicketLinks

    func addRoutes(to router: Router<WebContext>) {
        router.post(RouterPath(Path.agentLinks)) { request, context in
            try await make(request, context)
        }
    }

    private func make(_ request: Request, _ context: WebContext) async throws -> Response {
        var attempt = context.attempt("agent-links", mustBeAdministrator: true)
        let administrator = try await signInService.authorize(token: request.bearerToken, attempt: attempt)
        guard case .success(let fields) = try await request.fields() else {
            throw AnswerError.badRequest("The body is one flat JSON object, each member once.")
        }
        let asked = try AgentLinkRequest(fields, in: administrator.group.partnerID)
        attempt.required = asked.required
        let decision = try await signInService.authenticator.authorizeLink(
            for: asked.agent,
            by: administrator,
            to: asked.name,
            attempt: attempt
        )
        if case .refused(let reason) = decision { signInService.count(reason, attempt) }
        guard let agent = decision.grant else { throw AnswerError.notFound }
        if case .panel = asked.target, agent.user.partnerUserID == nil {
            throw AnswerError.badRequest("The panel is for users with a PartnerUserId.")
        }
        return try answer(asked.target, agent, context)
    }

    private func answer(
        _ target: AgentLinkRequest.Target,
        _ agent: Grant,
        _ context: WebContext
    ) throws -> Response {
        let (path, parameters) = place(of: target)
        let (url, end) = try links.link(
            to: path,
            parameters,
            for: agent,
            correlationID: context.correlationID,
            at: context.seconds
        )
        let json = JSONWriter.object(capacity: 1024) { json in
            json.member("url", url)
            json.member("expiresAt", UTCTime(seconds: end).text)
            json.member("correlationId", context.correlationID.text)
        }
        return .json(json, status: .created)
    }

    private func place(of target: AgentLinkRequest.Target) -> (path: String, parameters: [(String, String)]) {
        switch target {
        case .panel(let visitorID, let visitorName):
            let parameters = [
                (ParameterName.visitorID, visitorID?.text ?? ""), (ParameterName.visitorName, visitorName),
            ]
            return (Path.panel, parameters.filter { !$0.1.isEmpty })
        case .visitor(let visitorID):
            return (Path.agentView, [(ParameterName.visitorID, visitorID.text), (ParameterName.wait, "1")])
        case .session(let key):
            return (Path.agentView, [(ParameterName.sessionKey, key.text), (ParameterName.wait, "1")])
        }
    }
}
