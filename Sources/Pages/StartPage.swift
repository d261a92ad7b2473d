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

/// `/agent/start`: signs in, opens the client, says what became of it, and always offers the browser.
///
/// For links in e-mails and intranets. Source: `docs/protocol.md#pages`.
struct StartPage: Sendable {
    let signIn: PageSignIn
    let launchService: LaunchService

    func addRoutes(to router: Router<WebContext>) {
        signIn.addPage(at: Path.agentStart, to: router, show)
        router.post(RouterPath(Path.agentLaunch)) { request, context in
            try await launch(request, context)
        }
    }

    private func show(
        _ request: Request,
        _ context: WebContext,
        _ fields: Result<FieldSet, FieldError>
    ) async throws -> Response {
        let values = (try? fields.get()) ?? FieldSet()
        switch try await signIn.arrive(request, context, fields, path: Path.agentStart) {
        case .redirect(let response):
            return response
        case .nobody:
            return try await signIn.login(context, fields, path: Path.agentStart)
        case .agent(let grant):
            var response = try await page(grant, context, values)
            signIn.keep(grant, request, context, on: &response)
            return response
        }
    }

    /// The key of the session to join, as somebody may have typed it, or else the visitor id.
    private func keyToJoin(_ values: FieldSet, in partnerID: PartnerID) async throws -> String? {
        guard let typed = values.nonEmpty(ParameterName.sessionKey) else {
            return values.nonEmpty(ParameterName.visitorID)
        }
        return try await signIn.signInService.authenticator.store.sessionKey(typed: typed, of: partnerID)?.text ?? typed
    }

    private func page(_ grant: Grant, _ context: WebContext, _ values: FieldSet) async throws -> Response {
        let key = try await keyToJoin(values, in: grant.group.partnerID)
        let startKey = values.nonEmpty(ParameterName.key)
        try Self.check([key, startKey])
        let fields = browserFields(values, join: key, start: startKey)
        let data: [String: Any] = [
            "join": key ?? "", "start": startKey ?? "",
            "hidden": fields.map { ["name": $0.0, "value": $0.1] },
            "installURL": signIn.site.installURL, "canInstall": !signIn.site.installURL.isEmpty,
        ]
        let agent = agentData(grant, context)
        var page = PageRenderer.Page("start", title: "Latchkey", data: data.merging(agent) { old, _ in old })
        page.scripts = ["launch.js", "start.js"]
        return try signIn.renderer.render(page, for: grant, context)
    }

    private static func check(_ keys: [String?]) throws {
        guard keys.allSatisfy({ $0.map { SessionKey($0) != nil } ?? true }) else {
            throw AnswerError.badRequest("The session key has characters it cannot have.")
        }
    }

    /// What the form posts that opens the session in the browser.
    private func browserFields(_ values: FieldSet, join key: String?, start: String?) -> [(String, String)] {
        if let visitorID = values.nonEmpty(ParameterName.visitorID) {
            return [(ParameterName.visitorID, visitorID), (ParameterName.wait, "1")]
        }
        if let key { return [(ParameterName.sessionKey, key), (ParameterName.wait, "1")] }
        return [(ParameterName.start, "1")] + (start.map { [(ParameterName.sessionKey, $0)] } ?? [])
    }

    private func agentData(_ grant: Grant, _ context: WebContext) -> [String: Any] {
        let signers = signIn.signInService.authenticator.signers
        let correlationID = grant.correlationID ?? context.correlationID
        let claims = AuthClaims(
            grant,
            service: "start",
            correlationID: correlationID,
            issuedAt: context.seconds,
            lifetime: LaunchPageClaims.lifetime
        )
        return [
            "token": signers.auth.sign(claims), "sessionID": signers.sessionID.issue(for: grant, at: context.seconds),
            "usesClient": grant.privileges.contains(.desktopClient),
            "correlationID": correlationID.text,
            "agentName": grant.user.displayName, "groupName": grant.group.name,
            "groupID": grant.group.partnerID.text,
        ]
    }

    private func launch(_ request: Request, _ context: WebContext) async throws -> Response {
        let attempt = context.attempt(
            "start page",
            required: [.desktopClient],
            origin: RequestOrigin(request, own: signIn.site.ownOrigins),
            action: .launchOffered
        )
        let grant = try await signIn.signInService.authorize(token: request.bearerToken, attempt: attempt)
        guard case .success(let fields) = try await request.fields() else {
            throw AnswerError.badRequest("The body is one flat JSON object, each member once.")
        }
        let (join, start) = (fields.nonEmpty("join"), fields.nonEmpty(ParameterName.start))
        try Self.check([join, start])
        let target: LaunchService.LaunchTarget =
            join.flatMap { SessionKey($0) }.map { .join($0) } ?? .start(start.flatMap { SessionKey($0) })
        return .json(try await launchService.offer(to: grant, for: target, attempt: attempt).json)
    }
}
