internal import Accounts
internal import Authentication
internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import LoginKey
internal import ServiceTokens
internal import WireCodec
internal import WireProtocol

/// `POST /api/v1/viewer-links`: the desktop client has an address made at which a session is shown to its own user, once,
/// within a minute (`docs/protocol.md#viewer-links`).
struct ViewerLinksController: Sendable {
    let signInService: SignInService
    let site: WebSite
    let random: RandomSource

    func addRoutes(to router: Router<WebContext>) {
        router.post(RouterPath(Path.viewerLinks)) { request, context in
            try await make(request, context)
        }
    }

    private func make(_ request: Request, _ context: WebContext) async throws -> Response {
        let attempt = Attempt(
            time: context.time,
            correlationID: context.correlationID,
            source: context.source,
            purpose: "viewer-links",
            required: [.joinCobrowseSessions]
        )
        let agent = try await signInService.authorize(token: request.bearerToken, attempt: attempt)
        guard case .success(let fields) = try await request.fields() else {
            throw AnswerError.badRequest("The body is one flat JSON object, each member once.")
        }
        guard let key = fields.nonEmpty(ParameterName.sessionKey).flatMap({ SessionKey($0) }) else {
            throw AnswerError.badRequest("sessionkey is missing, or cannot be one")
        }
        // Whoever has the token is signed in already: opening the page is no other sign-in.
        let claims = TicketClaims(
            agent,
            id: random.correlationID(),
            correlationID: context.correlationID,
            continuesSignIn: true,
            issuedAt: context.seconds
        )
        let parameters = [
            (ParameterName.sessionKey, key.text), (ParameterName.groupID, agent.group.partnerID.text),
            (ParameterName.wait, "1"),
            (ParameterName.ticket, try signInService.authenticator.signers.ticket.sign(claims)),
        ]
        let link = ViewerLink(
            url: site.address(of: Path.agentView, parameters),
            expiresAt: UTCTime(seconds: claims.exp).text
        )
        return .json(link.json, status: .created)
    }
}
