internal import Accounts
internal import Authentication
internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import WireCodec
internal import WireProtocol

/// `POST /api/v1/viewer-links`: the desktop client has an address made at which a session is shown to its own user, once,
/// within a minute (`docs/protocol.md#viewer-links`).
///
/// The credential is the sign-in itself, and the page ends with it: no token, which may do less and live shorter, becomes a
/// sign-in this way.
struct ViewerLinksController: Sendable {
    let signInService: SignInService
    let links: TicketLinks

    func addRoutes(to router: Router<WebContext>) {
        router.post(RouterPath(Path.viewerLinks)) { request, context in
            try await make(request, context)
        }
    }

    private func make(_ request: Request, _ context: WebContext) async throws -> Response {
        let attempt = context.attempt("viewer-links", required: [.joinCobrowseSessions])
        guard case .success(let fields) = try await request.fields() else {
            throw AnswerError.badRequest("The body is one flat JSON object, each member once.")
        }
        let signIn = fields[ParameterName.gssnID] ?? ""
        let agent = try await signInService.authorize(sessionID: signIn, attempt: attempt)
        guard let key = fields.nonEmpty(ParameterName.sessionKey).flatMap({ SessionKey($0) }) else {
            throw AnswerError.badRequest("sessionkey is missing, or cannot be one")
        }
        let (url, end) = try links.link(
            to: Path.agentView,
            [(ParameterName.sessionKey, key.text), (ParameterName.wait, "1")],
            for: agent,
            continuesSignIn: true,
            correlationID: context.correlationID,
            at: context.seconds
        )
        let link = ViewerLink(url: url, expiresAt: UTCTime(seconds: end).text)
        return .json(link.json, status: .created)
    }
}
