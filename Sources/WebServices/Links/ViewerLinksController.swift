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
///
/// The credential is the sign-in itself, and the page ends with it: no token, which may do less and live shorter, becomes a
/// sign-in this way.
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
        guard case .success(let fields) = try await request.fields() else {
            throw AnswerError.badRequest("The body is one flat JSON object, each member once.")
        }
        let signIn = fields[ParameterName.gssnID] ?? ""
        let agent = try await signInService.authorize(sessionID: signIn, attempt: attempt)
        guard let key = fields.nonEmpty(ParameterName.sessionKey).flatMap({ SessionKey($0) }) else {
            throw AnswerError.badRequest("sessionkey is missing, or cannot be one")
        }
        // Opening the page is no other sign-in.
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
