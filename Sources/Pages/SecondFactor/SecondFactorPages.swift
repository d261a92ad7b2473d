internal import Accounts
internal import Authentication
internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import LoginKey
internal import ServiceTokens
internal import WireCodec
internal import WireProtocol

/// `/login/code`, the step after a right password; and `/login/second-factor`, where a user changes the second factor
/// (`docs/passwords.md`).
struct SecondFactorPages: Sendable {
    let signIn: PageSignIn

    func addRoutes(to router: Router<WebContext>) {
        router.get(RouterPath(Path.passwordCode)) { request, context in
            try await signIn.answering(request, context) { context, _ in try await show(request, context) }
        }
        router.post(RouterPath(Path.passwordCode)) { request, context in
            try await signIn.answering(request, context) { try await take(request, $0, $1) }
        }
        for method in [HTTPRequest.Method.get, .post] {
            router.on(RouterPath(Path.secondFactor), method: method) { request, context in
                // Never framed.
                try await signIn.answering(request, context, isFramed: false) { try await overview(request, $0, $1) }
            }
        }
    }

    private func show(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let visit = signIn.stepCookie.read(request, at: context.seconds) else { return try over(context) }
        return try await form(visit, isRefused: false, context)
    }

    private func take(
        _ request: Request,
        _ context: WebContext,
        _ fields: Result<FieldSet, FieldError>
    ) async throws -> Response {
        guard RequestOrigin(request, own: signIn.site.ownOrigins) == .own else { throw AnswerError.refused }
        guard case .success(let values) = fields,
            let visit = signIn.stepCookie.read(request, at: context.seconds),
            values.nonEmpty(ParameterName.state) == visit.id
        else { return try over(context) }
        var context = context
        context.correlationID = CorrelationID(visit.click) ?? context.correlationID
        if let response = try prefer(values, visit, request, context) { return response }
        let attempt = signIn.attempt(request, context, .own)
        let (grant, recovery): (Grant, [RecoveryCode])
        do {
            (grant, recovery) = try await decide(on: values, visit, attempt)
        } catch let error as AnswerError {
            guard error == .refused else { throw error }
            return try await form(visit, isRefused: true, context)
        }
        return try await goOn(grant, recovery, visit, attempt, request, context)
    }

    /// Decides on what was typed, or on what a security key said; returns also what is shown only once.
    private func decide(
        on values: FieldSet,
        _ visit: PasswordVisit,
        _ attempt: Attempt
    ) async throws -> (Grant, [RecoveryCode]) {
        let service = signIn.signInService
        if case .securityKey = visit.step { return try await addKey(values, visit, attempt) }
        if let assertion = assertion(values), let relyingParty = signIn.relyingParty {
            return (try await service.signIn(assertion, of: visit, at: relyingParty, attempt: attempt), [])
        }
        let code = values.nonEmpty(ParameterName.code) ?? ""
        let grant = try await service.signIn(code: code, of: visit, attempt: attempt)
        guard case .enrolment(let secret, _) = visit.step else { return (grant, []) }
        guard let codes = OneTimeCodes(secret) else { throw AnswerError.refused }
        return (grant, try await service.authenticator.enrol(grant, codes, attempt: attempt))
    }

    /// What follows a right step: the next one, or the page that was asked for, with recovery codes first.
    private func goOn(
        _ grant: Grant,
        _ recovery: [RecoveryCode],
        _ visit: PasswordVisit,
        _ attempt: Attempt,
        _ request: Request,
        _ context: WebContext
    ) async throws -> Response {
        if let next = visit.next(for: grant.user, in: grant.group) {
            let destination = PageSignIn.Destination(
                aim: visit.aim,
                page: visit.page,
                query: visit.query,
                isInWindow: visit.isInWindow
            )
            return try signIn.ask(grant.user, for: next, destination, request, context)
        }
        if case .removal(let key) = visit.aim, case .code = visit.step {
            let authenticator = signIn.signInService.authenticator
            try await authenticator.removeSecurityKey(SecurityKey.ID(key), of: grant, attempt: attempt)
        }
        var values = FieldSet()
        try? values.add(query: visit.query)
        var response: Response
        if visit.isInWindow, recovery.isEmpty {
            response = try signIn.handOver(grant, values, page: visit.page, context)
        } else {
            response = try await signIn.welcome(grant, request, context, values, path: visit.page)
        }
        if !recovery.isEmpty { try await show(recovery, grant, visit, context, on: &response) }
        signIn.stepCookie.clear(on: &response, for: request)
        return response
    }

    /// Puts the recovery codes before the page that a redirect leads to.
    private func show(
        _ codes: [RecoveryCode],
        _ grant: Grant,
        _ visit: PasswordVisit,
        _ context: WebContext,
        on response: inout Response
    ) async throws {
        let data: [String: Any] = [
            "codes": codes.map(\.text), "href": response.headers[.location] ?? visit.page,
            "agentName": grant.user.displayName,
        ]
        var page = PageRenderer.Page("recoverycodes", title: "Recovery codes", data: data)
        page.ancestors = ancestors(of: visit, grant.group)
        let cookies = response.headers[values: .setCookie]
        response = try signIn.renderer.render(page, context)
        response.headers[values: .setCookie] = cookies
    }
}
