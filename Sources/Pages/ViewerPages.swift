internal import Accounts
internal import Authentication
internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import LoginKey
internal import ServiceTokens
internal import WireCodec
internal import WireProtocol

/// `/agentjoin/AgentView.aspx`, the viewer, and `/agentjoin/AgentJoin.aspx`, which asks for a session key first
/// (`docs/protocol.md#pages`).
struct ViewerPages: Sendable {
    let signIn: PageSignIn
    /// Where a group's agents get public assets from: `visitor`, `proxy` or `none`.
    let assetSource: @Sendable (PartnerID) -> String

    /// How long the viewer's token lives, in seconds.
    private static let tokenLifetime: Int64 = 2 * 3600

    func addRoutes(to router: Router<WebContext>) {
        let paths = [
            (Path.agentView, Path.agentView), (Path.cobrowseAgentView, Path.agentView),
            (Path.agentJoin, Path.agentJoin),
        ]
        for (given, path) in paths {
            for method in [HTTPRequest.Method.get, .post] {
                router.on(RouterPath(given), method: method) { request, context in
                    try await signIn.answering(request, context) { context, fields in
                        try await show(request, context, fields, path: path)
                    }
                }
            }
        }
    }

    private func show(
        _ request: Request,
        _ context: WebContext,
        _ fields: Result<FieldSet, FieldError>,
        path: String
    ) async throws -> Response {
        switch try await signIn.arrive(request, context, fields, path: path) {
        case .redirect(let response):
            return response
        case .nobody:
            return try await signIn.login(context, fields, path: path)
        case .agent(let grant):
            let values = (try? fields.get()) ?? FieldSet()
            let names = [ParameterName.sessionKey, ParameterName.visitorID, ParameterName.start]
            let hasKey = path == Path.agentView && names.contains { values.nonEmpty($0) != nil }
            var response = hasKey ? try await viewer(grant, context, values) : try join(grant, context, values)
            signIn.keep(grant, request, context, on: &response)
            return response
        }
    }

    private func viewer(_ grant: Grant, _ context: WebContext, _ values: FieldSet) async throws -> Response {
        let store = signIn.signInService.authenticator.store
        let typed = values.nonEmpty(ParameterName.sessionKey)
        let visitorID = values.nonEmpty(ParameterName.visitorID)
        let sessionKey =
            if let typed {
                try await store.sessionKey(typed: typed, of: grant.group.partnerID)
            } else {
                visitorID.flatMap { SessionKey($0) }
            }
        guard sessionKey != nil || typed == nil && visitorID == nil else {
            throw AnswerError.badRequest("The session key has characters it cannot have.")
        }
        let isStart = values.nonEmpty(ParameterName.start) == "1"
        var mode = isStart ? "start" : values.nonEmpty(ParameterName.wait) == "1" ? "wait" : "join"
        if mode == "join", let sessionKey, try await store.openSession(sessionKey, of: grant.group.partnerID) == nil {
            mode = "notStarted"
        }
        let claims = AuthClaims(
            grant,
            service: "viewer",
            correlationID: grant.correlationID ?? context.correlationID,
            issuedAt: context.seconds,
            lifetime: Self.tokenLifetime
        )
        var page = PageRenderer.Page(
            "viewer",
            title: "Session",
            data: [
                "token": signIn.signInService.authenticator.signers.auth.sign(claims),
                "sessionKey": typed == nil ? "" : sessionKey?.text ?? "",
                "visitorID": visitorID ?? "",
                "mode": mode,
                "invitation": values.nonEmpty(ParameterName.invitation) ?? "",
                "origins": grant.group.embeddingOrigins.map(\.text).joined(separator: " "),
                "correlationID": (grant.correlationID ?? context.correlationID).text,
                "agentName": grant.user.displayName,
                "groupName": grant.group.name,
                "groupID": grant.group.partnerID.text,
                "assets": assetSource(grant.group.partnerID),
                "stateTitle": mode == "notStarted" ? "The session has not started" : "One moment",
                "stateText": mode == "notStarted" ? "Ask the visitor to start it." : "Opening the session.",
            ]
        )
        page.scripts = ["session.js", "presence.js", "events.js", "agents.js", "viewer.js"]
        page.socketPaths = [Path.agentSocket]
        page.framesOwnPages = true
        page.ancestors = grant.group.embeddingOrigins
        return try signIn.renderer.render(page, status: mode == "notStarted" ? .notFound : .ok, context)
    }

    private func join(_ grant: Grant, _ context: WebContext, _ values: FieldSet) throws -> Response {
        let signer = signIn.signInService.authenticator.signers.sessionID
        let isSameWindow = values.nonEmpty("viewersamewindow") == "1"
        var page = PageRenderer.Page(
            "join",
            title: "Join a session",
            data: [
                "agentName": grant.user.displayName,
                "groupName": grant.group.name,
                "groupID": grant.group.partnerID.text,
                "sessionID": signer.issue(for: grant, at: context.seconds),
                "target": isSameWindow ? "_self" : "_blank",
            ]
        )
        page.ancestors = grant.group.embeddingOrigins
        return try signIn.renderer.render(page, context)
    }
}
