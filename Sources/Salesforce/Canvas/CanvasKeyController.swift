internal import Accounts
internal import Authentication
internal import HTTPCore
internal import Hummingbird
internal import WireProtocol

/// `POST /salesforce/loginkey`: the integrator's key endpoint for a Canvas app of one's own
/// (`docs/protocol.md#key-endpoint`).
///
/// The body is Salesforce's `signed_request`; the key is for the user whom Salesforce names in it, and made with the
/// group's newest API key.
struct CanvasKeyController: Sendable {
    let signInService: SignInService

    func addRoutes(to router: Router<WebContext>) {
        router.post(RouterPath(Path.canvasLoginKey)) { request, context in
            let attempt = context.attempt("canvas key endpoint", action: .loginKeyIssued)
            return try await signInService.answering(attempt) { try await issue(request, attempt) }
        }
    }

    private func issue(_ request: Request, _ attempt: Attempt) async throws -> Response {
        let canvas = CanvasSignIn(signInService: signInService)
        let user = try await canvas.user(request.fields(), attempt)
        let grant = try await canvas.decide(on: user, attempt).get()
        let loginKey = try await signInService.authenticator.loginKey(
            for: user.partnerUserID,
            grant,
            lifetime: user.organization.loginKeyLifetime,
            at: attempt.seconds
        )
        guard let loginKey else { return try await signInService.refuse(.noAPIKey, in: grant.group.partnerID, attempt) }
        return .loginKey(loginKey, of: grant)
    }
}
