internal import Accounts
internal import Authentication
internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import LoginKey
internal import WireCodec
internal import WireProtocol

/// `POST /api/v1/loginkey`: the integrator's key endpoint (`docs/protocol.md#key-endpoint`).
///
/// The caller gets their own LoginKey: their token, ours or their identity provider's, says who that is. A
/// `partneruserid` in the request, as existing components send it, may say the same but nothing else.
struct LoginKeyController: Sendable {
    let signInService: SignInService
    let ownOrigins: Set<Origin>

    func addRoutes(to router: Router<WebContext>) {
        router.post(RouterPath(Path.loginKey)) { request, context in
            try await CrossOrigin(ownOrigins: ownOrigins)
                .answering(request, context, signInService) {
                    try await issue(request, context)
                }
        }
        router.on(RouterPath(Path.loginKey), method: .options) { request, context in
            try await CrossOrigin(ownOrigins: ownOrigins).preflight(request, context, signInService)
        }
    }

    private func issue(_ request: Request, _ context: WebContext) async throws -> Response {
        guard case .success(let fields) = try await request.fields() else {
            throw AnswerError.badRequest("The parameters cannot be read, or one is given twice.")
        }
        let attempt = context.attempt("key endpoint", origin: RequestOrigin(request, own: ownOrigins))
        let grant = try await signInService.authorize(ownOrOpenIDToken: request.bearerToken, attempt: attempt)
        // Nobody should administer users with what a page, or another server, was given.
        guard let purpose = LoginKeyPurpose.named(in: fields), purpose != .administer else {
            throw AnswerError.badRequest(
                "The command does not exist, is not available here, or does not go with the sessionkey."
            )
        }
        let loginKey: PresentedLoginKey = try await signInService.answering(attempt) {
            if let named = fields.nonEmpty(ParameterName.partnerUserID),
                grant.user.partnerUserID?.isSpelled(named) != true
            {
                return try await signInService.refuse(.unknownUser, in: grant.group.partnerID, attempt)
            }
            return try await signInService.authenticator.issueLoginKey(for: grant, purpose: purpose, attempt: attempt)
                .get()
        }
        var response = Response.loginKey(loginKey, of: grant)
        CrossOrigin(ownOrigins: ownOrigins).allow(attempt.origin, by: grant.group, on: &response.headers)
        return response
    }
}
