internal import Accounts
internal import Authentication
internal import HTTPCore
internal import Hummingbird
internal import LoginKey
internal import ServiceTokens
internal import Sessions
internal import WireCodec
internal import WireProtocol

/// `POST /api/v1/sessions` for agents and `GET /api/v1/me`: what a token can be used for.
struct SessionsController: Sendable {
    let signInService: SignInService
    let directory: SessionDirectory
    let presence: PresenceDirectory

    func addRoutes(to router: Router<WebContext>) {
        router.post(RouterPath(Path.sessions)) { request, context in
            try await startOrJoin(request, context)
        }
        router.get(RouterPath(Path.me)) { request, context in
            try await me(request, context)
        }
    }

    private func startOrJoin(_ request: Request, _ context: WebContext) async throws -> Response {
        guard case .success(let fields) = try await request.fields() else {
            throw AnswerError.badRequest("The body is one flat JSON object, each member once.")
        }
        switch fields.nonEmpty(ParameterName.action).flatMap(SessionRequestKind.init) {
        case .start: return try await start(fields, request, context)
        case .join: return try await join(fields, request, context)
        case nil: throw AnswerError.badRequest("action is start or join")
        }
    }

    private func start(_ fields: FieldSet, _ request: Request, _ context: WebContext) async throws -> Response {
        let grant = try await authorize(request, context, purpose: "start session", [.startScreenShareSessions])
        let key = try sessionKey(fields[ParameterName.sessionKey])
        // Not looked at here; but one that is not valid is a mistake of the caller.
        _ = try sessionKey(fields[ParameterName.visitorID])
        do {
            let admission = try await directory.open(
                key,
                kind: .screenShare,
                in: grant.group.partnerID,
                by: requester(grant, context)
            )
            return answer(admission)
        } catch  where error.code == .alreadyExists {
            throw AnswerError.conflict("A session with this key is open already.")
        }
    }

    private func join(_ fields: FieldSet, _ request: Request, _ context: WebContext) async throws -> Response {
        let grant = try await authorize(request, context, purpose: "join session", [.joinCobrowseSessions])
        guard let key = try await keyToJoin(fields, in: grant.group.partnerID) else {
            throw AnswerError.badRequest("sessionkey or visitorid is missing")
        }
        guard signInService.guesses.allows(grant.rateLimitKey, at: context.time) else {
            throw AnswerError.tooManyRequests
        }
        var requester = requester(grant, context)
        requester.invitation = fields.nonEmpty(ParameterName.invitation).flatMap { CorrelationID($0)?.text }
        let mayJoinKeyless = grant.privileges.contains(.keylessSessions)
        let admission = try await directory.join(
            key,
            in: grant.group.partnerID,
            by: requester,
            mayJoinKeyless: mayJoinKeyless
        )
        guard let admission else {
            let isAsked = mayJoinKeyless ? try await invite(key, grant, context) : false
            if !isAsked { signInService.guesses.take(grant.rateLimitKey, at: context.time) }
            guard fields[ParameterName.wait] == "1" else { throw AnswerError.notStarted }
            return Response(status: .noContent)
        }
        return answer(admission)
    }

    /// Asks the visitor whose id the key is, if they are present; a waiting agent learns of a yes by asking again.
    private func invite(_ key: SessionKey, _ grant: Grant, _ context: WebContext) async throws -> Bool {
        let inviter = Inviter(
            userID: grant.user.id,
            name: grant.user.displayName,
            actor: grant.actor,
            correlationID: context.correlationID
        )
        return try await presence.invite(
            VisitorReference(key, of: grant.group.partnerID),
            by: inviter,
            from: context.source
        )
    }

    private func me(_ request: Request, _ context: WebContext) async throws -> Response {
        let grant = try await authorize(request, context, purpose: "me", [])
        return .json(
            JSONWriter.object { json in
                json.member("userId", grant.user.id.number)
                json.member("groupId", grant.group.partnerID.text)
                json.member("groupName", grant.group.name)
                json.member("partnerUserId", grant.user.partnerUserID?.text ?? "")
                json.member("username", grant.user.username.text)
                json.member("name", grant.user.displayName)
                json.member("privileges", grant.privileges.names)
            }
        )
    }

    private func authorize(
        _ request: Request,
        _ context: WebContext,
        purpose: String,
        _ required: PrivilegeSet
    ) async throws(AnswerError) -> Grant {
        let attempt = context.attempt(purpose, required: required)
        return try await signInService.authorize(token: request.bearerToken, attempt: attempt)
    }

    private func requester(_ grant: Grant, _ context: WebContext) -> SessionDirectory.SessionRequester {
        var requester = SessionDirectory.SessionRequester(
            role: .agent,
            participant: grant.actor,
            userID: grant.user.id,
            root: grant.root,
            name: grant.user.displayName,
            time: context.time,
            correlationID: context.correlationID,
            source: context.source
        )
        requester.capabilities = grant.capabilities
        return requester
    }

    /// The session key as somebody may have typed it, or else the visitor id.
    private func keyToJoin(_ fields: FieldSet, in partnerID: PartnerID) async throws -> SessionKey? {
        guard let typed = fields[ParameterName.sessionKey] else {
            return try sessionKey(fields[ParameterName.visitorID])
        }
        guard let key = try await signInService.authenticator.store.sessionKey(typed: typed, of: partnerID) else {
            throw Self.malformedKey
        }
        return key
    }

    private func sessionKey(_ text: String?) throws(AnswerError) -> SessionKey? {
        guard let text else { return nil }
        guard let key = SessionKey(text) else { throw Self.malformedKey }
        return key
    }

    private static let malformedKey = AnswerError.badRequest("a session key is 1 to 63 letters, digits and . _ ~ -")

    private func answer(_ admission: SessionDirectory.Admission) -> Response {
        let answer = SessionAdmission(
            server: admission.server,
            serverKey: admission.serverKey,
            sessionKey: admission.session.key.text,
            sessionID: admission.session.id,
            status: admission.session.status
        )
        return .json(answer.json)
    }
}
