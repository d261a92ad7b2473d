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
        guard [key, startKey].allSatisfy({ $0.map { SessionKey($0) != nil } ?? true }) else {
            throw AnswerError.badRequest("The session key has characters it cannot have.")
        }
        let correlationID = grant.correlationID ?? context.correlationID
        let claims = AuthClaims(
            grant,
            service: "start",
            correlationID: correlationID,
            issuedAt: context.seconds,
            lifetime: LaunchPageClaims.lifetime
        )
        let browserFields =
            if let visitorID = values.nonEmpty(ParameterName.visitorID) {
                [(ParameterName.visitorID, visitorID), (ParameterName.wait, "1")]
            } else if let key {
                [(ParameterName.sessionKey, key), (ParameterName.wait, "1")]
            } else {
                [(ParameterName.start, "1")] + (startKey.map { [(ParameterName.sessionKey, $0)] } ?? [])
            }
        let signer = signIn.signInService.authenticator.signers
        var page = PageRenderer.Page(
            "start",
            title: "Latchkey",
            data: [
                "token": signer.auth.sign(claims),
                "usesClient": grant.privileges.contains(.desktopClient),
                "join": key ?? "", "start": startKey ?? "",
                "correlationID": correlationID.text,
                "agentName": grant.user.displayName, "groupName": grant.group.name,
                "groupID": grant.group.partnerID.text,
                "sessionID": signer.sessionID.issue(for: grant, at: context.seconds),
                "hidden": browserFields.map { ["name": $0.0, "value": $0.1] },
                "installURL": signIn.site.installURL, "canInstall": !signIn.site.installURL.isEmpty,
            ]
        )
        page.scripts = ["launch.js", "start.js"]
        return try signIn.renderer.render(page, for: grant, context)
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
        guard [join, start].allSatisfy({ $0.map { SessionKey($0) != nil } ?? true }) else {
            throw AnswerError.badRequest("The session key has characters it cannot have.")
        }
        let target: LaunchService.LaunchTarget =
            join.flatMap { SessionKey($0) }.map { .join($0) } ?? .start(start.flatMap { SessionKey($0) })
        return .json(try await launchService.offer(to: grant, for: target, attempt: attempt).json)
    }
}
