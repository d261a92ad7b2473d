internal import Accounts
internal import Authentication
internal import ClientLaunch
internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import LoginKey
internal import WireCodec
internal import WireProtocol

/// `/api/v1/launches`: the client says what it does with a launch, and the page asks.
struct LaunchesController: Sendable {
    let launchService: LaunchService
    let signInService: SignInService
    let ownOrigins: Set<Origin>

    func addRoutes(to router: Router<WebContext>) {
        router.get(RouterPath(Path.launches)) { request, context in
            try await limited(context) { try await progress(request, context) }
        }
        router.post(RouterPath(Path.launchEnrollment)) { request, context in
            try await limited(context) { try await enroll(request, context) }
        }
        router.post(RouterPath(Path.launchPickUp)) { request, context in
            try await limited(context) { try await pickUp(request, context) }
        }
        router.post(RouterPath(Path.launchDecline)) { request, context in
            try await limited(context) { try await decline(request, context) }
        }
    }

    // MARK: For the client

    private func pickUp(_ request: Request, _ context: WebContext) async throws -> Response {
        let fields = try await fields(of: request)
        let version = fields.nonEmpty(ParameterName.version) ?? ""
        guard (1...32).contains(version.utf8.count),
            version.utf8.allSatisfy({ $0 &- 48 < 10 || ($0 | 0x20) &- 97 < 26 || $0 == 45 || $0 == 46 })
        else { throw AnswerError.badRequest("version is 1 to 32 letters, digits, dots and dashes") }
        let pickUp = try await launchService.pickUp(
            ticket: fields[ParameterName.ticket] ?? "",
            version: version,
            attempt: attempt(context)
        )
        guard let pickUp else { return try await signInService.refuse(.invalidToken, attempt(context)) }
        let owner = LaunchOwner(
            groupID: pickUp.group.partnerID.text,
            groupName: pickUp.group.name,
            partnerUserID: pickUp.user.partnerUserID?.text ?? "",
            username: pickUp.user.username.text,
            name: pickUp.user.displayName,
            correlationID: pickUp.correlationID.text
        )
        return .json(owner.json)
    }

    private func decline(_ request: Request, _ context: WebContext) async throws -> Response {
        let fields = try await fields(of: request)
        guard let reason = LaunchDeclineReason(rawValue: fields[ParameterName.reason] ?? "") else {
            throw AnswerError.badRequest("reason is userDeclined, notAnswered or policyDeclined")
        }
        let isKnown = try await launchService.decline(
            ticket: fields[ParameterName.ticket] ?? "",
            reason: reason,
            attempt: attempt(context)
        )
        guard isKnown else { return try await signInService.refuse(.invalidToken, attempt(context)) }
        return Response(status: .noContent)
    }

    // MARK: For the page

    private func progress(_ request: Request, _ context: WebContext) async throws -> Response {
        let known = request.uri.queryParameters[Substring(ParameterName.after)].map(String.init)
        let progress = try await launchService.progress(
            pageToken: request.bearerToken ?? "",
            after: known.flatMap(LaunchReport.State.init),
            at: context.seconds
        )
        guard let progress else { return try await signInService.refuse(.invalidToken, attempt(context)) }
        let report = LaunchReport(
            state: progress.state,
            clientVersion: progress.clientVersion,
            reason: progress.reason,
            clientKey: progress.state == .notEnrolled ? progress.clientKey?.text : nil
        )
        return .json(report.json)
    }

    private func enroll(_ request: Request, _ context: WebContext) async throws -> Response {
        guard RequestOrigin(request, own: ownOrigins) == .own else {
            return try await signInService.refuse(.foreignOrigin, attempt(context))
        }
        guard let key = try await ClientKey(fields(of: request)[ParameterName.clientKey] ?? ""),
            try await launchService.enroll(key, pageToken: request.bearerToken ?? "", attempt: attempt(context))
        else { return try await signInService.refuse(.invalidToken, attempt(context)) }
        return Response(status: .noContent)
    }

    private func fields(of request: Request) async throws -> FieldSet {
        guard case .success(let fields) = try await request.fields() else {
            throw AnswerError.badRequest("The body is one flat JSON object, each member once.")
        }
        return fields
    }

    private func limited(_ context: WebContext, _ body: () async throws -> Response) async throws -> Response {
        try await signInService.answering(attempt(context), body)
    }

    private func attempt(_ context: WebContext) -> Attempt {
        context.attempt("launch")
    }
}
