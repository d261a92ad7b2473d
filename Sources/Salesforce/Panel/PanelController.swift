internal import Accounts
internal import Authentication
internal import ClientLaunch
internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import LoginKey
internal import Pages
internal import ServiceTokens
internal import WireCodec
internal import WireProtocol

/// The panel beside a Lead, Contact or Case: `POST /salesforce/canvas` shows it, `POST /salesforce/panel/launch` makes
/// the LoginKey at the click, `POST /salesforce/panel/presence` renews the right to see whether the customer is there.
struct PanelController: Sendable {
    let signInService: SignInService
    let site: WebSite
    let launchService: LaunchService
    let renderer: PageRenderer

    func addRoutes(to router: Router<WebContext>) {
        router.post(RouterPath(Path.canvas)) { request, context in
            try await answer(request, context)
        }
        router.get(RouterPath(Path.canvas)) { _, context in
            try explainSettings(context)
        }
        router.post(RouterPath(Path.panelLaunch)) { request, context in
            try await limited(context, .loginKeyIssued) { try await launch(request, context) }
        }
        router.post(RouterPath(Path.panelPresence)) { request, context in
            try await limited(context, .panelShown) { try await renewPresence(request, context) }
        }
    }
}

extension PanelController {
    private func limited(
        _ context: WebContext,
        _ action: AuditEvent.Action,
        _ body: () async throws -> Response
    ) async throws -> Response {
        try await signInService.limited(attempt(context, action)) { () async throws(AnswerError) in
            do {
                return try await body()
            } catch {
                throw AnswerError(error)
            }
        }
    }
}

// MARK: Showing the panel

extension PanelController {
    /// The panel, or a refusal in the same frame.
    private func answer(_ request: Request, _ context: WebContext) async throws -> Response {
        var fields = Result<FieldSet, FieldError>.success(FieldSet())
        do {
            fields = try await request.fields()
            return try await limited(context, .panelShown) { try await show(fields, context) }
        } catch {
            return try renderer.render(error, ancestors: await claimedOrigins(fields), context)
        }
    }

    /// The origins of the organisation that a request claims to be of, signed or not: its agents are to see the refusal.
    private func claimedOrigins(_ fields: Result<FieldSet, FieldError>) async -> [Origin] {
        let store = signInService.authenticator.store
        guard let signed = (try? fields.get())?.nonEmpty("signed_request").flatMap({ SignedRequest($0) }),
            let organization = try? await store.organization(signed.context.organization.organizationId),
            let group = try? await store.group(organization.partnerID)
        else { return [] }
        return group.embeddingOrigins
    }

    /// Salesforce comes by GET, with `_sfdc_canvas_auth`, where the app is not set to signed requests.
    private func explainSettings(_ context: WebContext) throws -> Response {
        var page = PageRenderer.Page(
            "error",
            title: "The Canvas app is not set up yet",
            data: [
                "title": "The Canvas app is not set up yet",
                "message": "Salesforce has opened this page without a signed request.",
                "steps": [
                    "In Salesforce, set the access method of the Canvas app to Signed Request (POST).",
                    "Set its permitted users to those who are admin-approved, and approve your agents. Then reload the record.",
                ],
                "correlationID": context.correlationID.text,
            ]
        )
        page.ancestorPatterns = Self.salesforcePages
        return try renderer.render(page, status: .badRequest, context)
    }

    /// Where Salesforce shows frames; whose organisation it is, such a request does not say.
    private static let salesforcePages = [
        "https://*.salesforce.com", "https://*.force.com", "https://*.visualforce.com",
    ]

    private func show(_ fields: Result<FieldSet, FieldError>, _ context: WebContext) async throws -> Response {
        let canvas = CanvasSignIn(signInService: signInService)
        let user = try await canvas.user(fields, attempt(context, .panelShown))
        let decision = try await canvas.decide(on: user, attempt(context, .panelShown))
        let group = try await signInService.authenticator.store.group(user.organization.partnerID)
        guard let group else { throw AnswerError.refused }
        switch decision {
        case .granted(let grant): return try panel(grant, user, group, context)
        case .refused(.alreadyUsed): throw AnswerError.refused
        case .refused: return try noPermission(user, group, context)
        }
    }

    private func panel(_ grant: Grant, _ user: CanvasSignIn.User, _ group: Group, _ context: WebContext) throws
        -> Response
    {
        let record = user.context.record
        let claims = PanelClaims(
            organization: user.organization.id,
            partnerID: grant.group.partnerID,
            partnerUserID: user.partnerUserID,
            record: record?.id ?? "",
            issuedAt: context.seconds
        )
        let actions = PanelAction.all.filter { grant.privileges.isSuperset(of: $0.required) }
        guard !actions.isEmpty else { return try noPermission(user, group, context) }
        let data: [String: Any] = [
            "token": try signInService.authenticator.signers.panel.sign(claims),
            "agentName": grant.user.displayName,
            "recordType": record?.type.lowercased() ?? "record",
            "buttons": actions.map { action in
                [
                    "action": action.name, "label": action.label, "isFirst": action.isFirst,
                    "opensClient": action.opensClient,
                ]
            },
            "usesClient": grant.privileges.contains(.desktopClient),
            "installURL": site.installURL, "canInstall": !site.installURL.isEmpty,
            "canvasOrigin": user.frame?.targetOrigin.flatMap { Origin($0)?.text } ?? "",
            "canvasInstance": user.frame?.instanceId ?? "",
        ]
        let watch = try watch(grant, record: record?.id, context)
        var page = PageRenderer.Page("panel", title: "Latchkey", data: data.merging(watch) { old, _ in old })
        page.scripts = ["launch.js", "presence.js", "panel.js"]
        page.socketPaths = [Path.agentSocket]
        page.ancestors = group.embeddingOrigins
        return try renderer.render(page, context)
    }

    private func noPermission(_ user: CanvasSignIn.User, _ group: Group, _ context: WebContext) throws -> Response {
        var page = PageRenderer.Page(
            "nopermission",
            title: "Latchkey",
            data: ["partnerUserID": user.partnerUserID.text, "correlationID": context.correlationID.text]
        )
        page.ancestors = group.embeddingOrigins
        return try renderer.render(page, context)
    }
}

// MARK: The click

extension PanelController {
    /// What a script of a panel that we have shown asks for.
    struct PanelRequest {
        let fields: FieldSet
        let claims: PanelClaims
        let partnerUserID: PartnerUserID
        let organization: SalesforceOrganization
    }

    /// Reads a request of a panel; `nil` if it comes from elsewhere.
    func panelRequest(_ request: Request, _ context: WebContext) async throws -> PanelRequest? {
        guard RequestOrigin(request, own: site.ownOrigins) == .own,
            case .success(let fields) = try await request.fields(),
            let claims = try? signInService.authenticator.signers.panel.verify(
                fields["token"] ?? "",
                at: context.seconds
            ),
            let partnerUserID = try? PartnerUserID(parsing: claims.puid),
            let organization = try await signInService.authenticator.store.organization(claims.organization),
            organization.partnerID.text == claims.groupId
        else { return nil }
        return PanelRequest(
            fields: fields,
            claims: claims,
            partnerUserID: partnerUserID,
            organization: organization
        )
    }

    private func launch(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let asked = try await panelRequest(request, context),
            let action = PanelAction.all.first(where: { $0.name == asked.fields["action"] })
        else { return try await refuse(.invalidToken, attempt(context, .loginKeyIssued)) }
        let (fields, claims, organization) = (asked.fields, asked.claims, asked.organization)
        let isClient = fields["mode"] == "client" && action.opensClient
        let attempt = attempt(
            context,
            isClient ? .launchOffered : .loginKeyIssued,
            isClient ? action.required.union(.desktopClient) : action.required
        )
        let authenticator = signInService.authenticator
        let (user, partnerID) = (asked.partnerUserID, organization.partnerID)
        if isClient {
            let decision = try await authenticator.authorize(user, in: partnerID, by: "panel", attempt: attempt)
            guard let grant = decision.grant else { throw AnswerError.refused }
            return try await offer(to: grant, action, claims, attempt)
        }
        let decision = try await authenticator.preview(user, in: partnerID, attempt: attempt)
        guard let grant = decision.grant else { throw AnswerError.refused }
        let sessionKey = fields.nonEmpty(ParameterName.sessionKey).flatMap { SessionKey($0) }
        let loginKey = try await authenticator.loginKey(
            for: asked.partnerUserID,
            grant,
            purpose: purpose(of: action, claims, sessionKey),
            lifetime: organization.loginKeyLifetime,
            at: context.seconds
        )
        guard let loginKey else { throw AnswerError.refused }
        return answer(action, loginKey, claims, sessionKey, context)
    }

    /// The URL that opens the client, with a ticket in place of a LoginKey.
    private func offer(
        to grant: Grant,
        _ action: PanelAction,
        _ claims: PanelClaims,
        _ attempt: Attempt
    ) async throws -> Response {
        var target = LaunchService.LaunchTarget.start(nil)
        if action.kind == .join {
            guard let key = SessionKey(claims.record) else {
                throw AnswerError.badRequest("The record's id cannot be a session key.")
            }
            target = .join(key)
        }
        return .json(try await launchService.offer(to: grant, for: target, attempt: attempt).json)
    }

    /// What the request is for that ``answer(_:_:_:_:_:)`` describes.
    private func purpose(
        of action: PanelAction,
        _ claims: PanelClaims,
        _ sessionKey: SessionKey?
    ) -> LoginKeyPurpose? {
        switch action.kind {
        case .join: try? LoginKeyPurpose(.join, sessionKey: claims.record)
        case .start: try? LoginKeyPurpose(.start, sessionKey: sessionKey?.text)
        case .enterKey: .authenticate
        }
    }

    /// The address of the viewer and the fields to post to it.
    private func answer(
        _ action: PanelAction,
        _ loginKey: PresentedLoginKey,
        _ claims: PanelClaims,
        _ sessionKey: SessionKey?,
        _ context: WebContext
    ) -> Response {
        .json(
            JSONWriter.object { json in
                json.member("url", action.path)
                json.member("partnerid", claims.groupId)
                json.member("partneruserid", claims.puid)
                json.member("loginkey", loginKey.text)
                json.member("correlationid", context.correlationID.text)
                switch action.kind {
                case .join:
                    json.member("VisitorId", claims.record)
                    json.member("Wait", "1")
                case .start:
                    json.member("Start", "1")
                    if let sessionKey { json.member("SessionKey", sessionKey.text) }
                case .enterKey: json.member("viewersamewindow", "1")
                }
            }
        )
    }

    func attempt(
        _ context: WebContext,
        _ action: AuditEvent.Action,
        _ required: PrivilegeSet = []
    ) -> Attempt {
        Attempt(
            time: context.time,
            correlationID: context.correlationID,
            source: context.source,
            purpose: "salesforce panel",
            required: required,
            action: action
        )
    }

    func refuse<Answer>(_ reason: RefusalReason, _ attempt: Attempt) async throws -> Answer {
        _ = try await signInService.authenticator.refuse(reason, attempt: attempt)
        throw AnswerError.refused
    }
}
