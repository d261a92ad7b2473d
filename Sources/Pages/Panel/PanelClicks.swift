internal import Accounts
internal import Authentication
internal import ClientLaunch
internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import LoginKey
internal import ServiceTokens
internal import WireCodec
internal import WireProtocol

/// What an open panel asks for: `POST /panel/launch` makes the LoginKey at the click, `POST /panel/presence` renews the
/// right to see whether the customer is there.
struct PanelClicks: Sendable {
    let page: PanelPage
    let launchService: LaunchService

    private var signInService: SignInService { page.signInService }
    private var authenticator: Authenticator { signInService.authenticator }

    func addRoutes(to router: Router<WebContext>) {
        router.post(RouterPath(Path.panelLaunch)) { request, context in
            try await signInService.answering(attempt(context, .loginKeyIssued)) { try await launch(request, context) }
        }
        router.post(RouterPath(Path.panelPresence)) { request, context in
            try await signInService.answering(attempt(context, .panelShown)) { try await renew(request, context) }
        }
    }

    private func renew(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let asked = try await panelRequest(request, context) else {
            return try await signInService.refuse(.invalidToken, attempt(context, .panelShown))
        }
        let grant = try await preview(asked, attempt(context, .panelShown, PanelAction.join.required))
        let token = page.presenceToken(grant, context)
        return .json(JSONWriter.object(capacity: 1024) { $0.member("token", token) })
    }

    private func launch(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let asked = try await panelRequest(request, context),
            let action = PanelAction.all.first(where: { $0.name == asked.fields[ParameterName.action] })
        else { return try await signInService.refuse(.invalidToken, attempt(context, .loginKeyIssued)) }
        guard asked.fields[ParameterName.mode] == "client", action.opensClient else {
            let attempt = attempt(context, .loginKeyIssued, action.required)
            return answer(action, try await loginKey(asked, for: action, attempt), asked, context)
        }
        let attempt = attempt(context, .launchOffered, action.required.union(.desktopClient))
        let decision = try await authenticator.authorize(
            asked.partnerUserID,
            in: asked.partnerID,
            by: "panel",
            root: asked.claims.root,
            attempt: attempt
        )
        return try await offer(to: decision.get(), action, asked, attempt)
    }

    private func loginKey(
        _ asked: PanelRequest,
        for action: PanelAction,
        _ attempt: Attempt
    ) async throws -> PresentedLoginKey {
        let grant = try await preview(asked, attempt)
        let loginKey = try await authenticator.loginKey(
            for: asked.partnerUserID,
            grant,
            purpose: purpose(of: action, asked),
            lifetime: asked.loginKeyLifetime,
            at: attempt.seconds
        )
        guard let loginKey else { return try await signInService.refuse(.noAPIKey, in: asked.partnerID, attempt) }
        return loginKey
    }

    /// What the request that ``answer(_:_:_:_:)`` describes is for.
    private func purpose(of action: PanelAction, _ asked: PanelRequest) -> LoginKeyPurpose? {
        switch action.kind {
        case .join: try? LoginKeyPurpose(.join, sessionKey: asked.visitorID?.text ?? asked.claims.record)
        case .start: try? LoginKeyPurpose(.start, sessionKey: asked.sessionKey?.text)
        case .enterKey: .authenticate
        }
    }

    private func preview(_ asked: PanelRequest, _ attempt: Attempt) async throws -> Grant {
        let decision = try await authenticator.preview(
            asked.partnerUserID,
            in: asked.partnerID,
            by: asked.claims.voucher.kind,
            root: asked.claims.root,
            attempt: attempt
        )
        return try decision.get()
    }

    /// The URL that opens the client, with a ticket instead of a LoginKey.
    private func offer(
        to grant: Grant,
        _ action: PanelAction,
        _ asked: PanelRequest,
        _ attempt: Attempt
    ) async throws -> Response {
        var target = LaunchService.LaunchTarget.start(nil)
        if action.kind == .join {
            guard let key = asked.visitorID else {
                throw AnswerError.badRequest("The record's id cannot be a session key.")
            }
            target = .join(key)
        }
        return .json(try await launchService.offer(to: grant, for: target, attempt: attempt).json)
    }

    /// The address of the viewer and the fields to post to it.
    private func answer(
        _ action: PanelAction,
        _ loginKey: PresentedLoginKey,
        _ asked: PanelRequest,
        _ context: WebContext
    ) -> Response {
        .json(
            JSONWriter.object { json in
                json.member("url", action.path)
                json.member(named: ParameterName.partnerID, asked.claims.groupId)
                json.member(named: ParameterName.partnerUserID, asked.claims.puid)
                json.member(named: ParameterName.loginKey, loginKey.text)
                json.member(named: ParameterName.correlationID, context.correlationID.text)
                switch action.kind {
                case .join:
                    json.member("VisitorId", asked.visitorID?.text ?? asked.claims.record)
                    json.member("Wait", "1")
                case .start:
                    json.member("Start", "1")
                    if let sessionKey = asked.sessionKey { json.member("SessionKey", sessionKey.text) }
                case .enterKey: json.member("viewersamewindow", "1")
                }
            }
        )
    }

    private func attempt(
        _ context: WebContext,
        _ action: AuditEvent.Action,
        _ required: PrivilegeSet = []
    ) -> Attempt {
        context.attempt("panel", required: required, action: action)
    }
}
