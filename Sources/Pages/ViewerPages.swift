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
            signIn.addPage(at: given, to: router) { try await show($0, $1, $2, path: path) }
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
        let sessionKey = try await sessionKey(values, in: grant.group.partnerID)
        let mode = try await mode(values, sessionKey, in: grant.group.partnerID)
        let isTyped = values.nonEmpty(ParameterName.sessionKey) != nil
        var data = agentData(grant, context)
        data["sessionKey"] = isTyped ? sessionKey?.text ?? "" : ""
        data["visitorID"] = values.nonEmpty(ParameterName.visitorID) ?? ""
        data["invitation"] = values.nonEmpty(ParameterName.invitation) ?? ""
        data["mode"] = mode.rawValue
        data["stateTitle"] = mode.stateTitle
        data["stateText"] = mode.stateText
        var page = PageRenderer.Page("viewer", title: "Session", data: data)
        page.scripts = ["session.js", "presence.js", "events.js", "agents.js", "viewer.js"]
        page.socketPaths = [Path.agentSocket]
        page.framesOwnPages = true
        return try signIn.renderer.render(page, for: grant, status: mode == .notStarted ? .notFound : .ok, context)
    }

    /// The key of the session that is asked for, as somebody may have typed it, or else the visitor id; `nil` for none.
    private func sessionKey(_ values: FieldSet, in partnerID: PartnerID) async throws -> SessionKey? {
        let typed = values.nonEmpty(ParameterName.sessionKey)
        let visitorID = values.nonEmpty(ParameterName.visitorID)
        let sessionKey =
            if let typed {
                try await signIn.signInService.authenticator.store.sessionKey(typed: typed, of: partnerID)
            } else {
                visitorID.flatMap { SessionKey($0) }
            }
        guard sessionKey != nil || typed == nil && visitorID == nil else {
            throw AnswerError.badRequest("The session key has characters it cannot have.")
        }
        return sessionKey
    }

    /// How the viewer comes into its session.
    private enum Mode: String {
        case start
        case wait
        case join
        case notStarted

        var stateTitle: String { self == .notStarted ? "The session has not started" : "One moment" }
        var stateText: String { self == .notStarted ? "Ask the visitor to start it." : "Opening the session." }
    }

    private func mode(_ values: FieldSet, _ key: SessionKey?, in partnerID: PartnerID) async throws -> Mode {
        if values.nonEmpty(ParameterName.start) == "1" { return .start }
        if values.nonEmpty(ParameterName.wait) == "1" { return .wait }
        guard let key else { return .join }
        let session = try await signIn.signInService.authenticator.store.openSession(key, of: partnerID)
        return session == nil ? .notStarted : .join
    }

    private func agentData(_ grant: Grant, _ context: WebContext) -> [String: String] {
        let correlationID = grant.correlationID ?? context.correlationID
        let claims = AuthClaims(
            grant,
            service: "viewer",
            correlationID: correlationID,
            issuedAt: context.seconds,
            lifetime: Self.tokenLifetime
        )
        return [
            "token": signIn.signInService.authenticator.signers.auth.sign(claims),
            "origins": grant.group.embeddingOrigins.map(\.text).joined(separator: " "),
            "correlationID": correlationID.text,
            "agentName": grant.user.displayName, "groupName": grant.group.name,
            "groupID": grant.group.partnerID.text, "assets": assetSource(grant.group.partnerID),
        ]
    }

    private func join(_ grant: Grant, _ context: WebContext, _ values: FieldSet) throws -> Response {
        let signer = signIn.signInService.authenticator.signers.sessionID
        let isSameWindow = values.nonEmpty("viewersamewindow") == "1"
        let page = PageRenderer.Page(
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
        return try signIn.renderer.render(page, for: grant, context)
    }
}
