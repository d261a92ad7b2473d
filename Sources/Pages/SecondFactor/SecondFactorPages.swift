internal import Accounts
internal import Authentication
internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import LoginKey
internal import ServiceTokens
internal import WireCodec
internal import WireProtocol

/// `/login/code`, the step behind a right password; and `/login/second-factor`, where a user sets a second factor up
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

    // MARK: The step behind the password

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
        let attempt = signIn.attempt(request, context, .own)
        let grant: Grant
        do throws(AnswerError) {
            let code = values.nonEmpty(ParameterName.code) ?? ""
            grant = try await signIn.signInService.signIn(code: code, of: visit, attempt: attempt)
        } catch {
            guard error == .refused else { throw error }
            return try await form(visit, isRefused: true, context)
        }
        return try await goOn(grant, visit, attempt, request, context)
    }

    /// What follows a right code: the page that was asked for, or a new app and its recovery codes first.
    private func goOn(
        _ grant: Grant,
        _ visit: PasswordVisit,
        _ attempt: Attempt,
        _ request: Request,
        _ context: WebContext
    ) async throws -> Response {
        let target = (visit.page, visit.query)
        var response: Response
        switch visit.step {
        case .code where visit.isForEnrolment:
            return try signIn.ask(grant.user, for: signIn.newApp(for: grant.user), false, request, context, target)
        case .code:
            response = try await welcome(grant, visit, request, context)
        case .enrolment(let secret, _):
            guard let codes = OneTimeCodes(secret) else { throw AnswerError.refused }
            let recovery = try await signIn.signInService.authenticator.enrol(grant, codes, attempt: attempt)
            response = try await welcome(grant, visit, request, context)
            try await show(recovery, grant, visit, context, on: &response)
        }
        signIn.stepCookie.clear(on: &response, for: request)
        return response
    }

    private func welcome(
        _ grant: Grant,
        _ visit: PasswordVisit,
        _ request: Request,
        _ context: WebContext
    ) async throws -> Response {
        var values = FieldSet()
        try? values.add(query: visit.query)
        return try await signIn.welcome(grant, request, context, values, path: visit.page)
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
        page.ancestors = await ancestors(of: visit)
        let cookies = response.headers[values: .setCookie]
        response = try signIn.renderer.render(page, context)
        response.headers[values: .setCookie] = cookies
    }

    // MARK: Pages

    private func form(_ visit: PasswordVisit, isRefused: Bool, _ context: WebContext) async throws -> Response {
        var data: [String: Any] = ["state": visit.id, "action": Path.passwordCode, "login": Path.login]
        if isRefused { data["refusal"] = ["correlationID": visit.click] }
        var page: PageRenderer.Page
        switch visit.step {
        case .code:
            page = PageRenderer.Page("code", title: "Enter a code", data: data)
        case .enrolment(let secret, _):
            guard let codes = OneTimeCodes(secret) else { throw AnswerError.refused }
            data["secret"] = spaced(codes.text)
            data["address"] = codes.address(issuer: issuer, account: try await username(of: visit, context))
            page = PageRenderer.Page("enrolment", title: "Set up a second factor", data: data)
        }
        page.ancestors = await ancestors(of: visit)
        return try signIn.renderer.render(page, status: isRefused ? .unauthorized : .ok, context)
    }

    /// The page where a step is over, or its cookie did not come back.
    private func over(_ context: WebContext) throws -> Response {
        let data: [String: Any] = [
            "title": "Sign in again", "message": "This step is over, or the browser has kept its cookie back.",
            "steps": ["Sign in with your password once more; you have five minutes for the code."],
            "correlationID": context.correlationID.text, "link": ["href": Path.login, "text": "Back to the sign-in"],
        ]
        let page = PageRenderer.Page("error", title: "Sign in again", data: data)
        return try signIn.renderer.render(page, status: .unauthorized, context)
    }

    /// The sign-in page is never framed, and neither is what follows it.
    private func ancestors(of visit: PasswordVisit) async -> [Origin] {
        guard ![Path.login, Path.secondFactor].contains(visit.page),
            let partnerID = try? PartnerID(parsing: visit.groupID),
            let group = try? await signIn.signInService.authenticator.store.group(partnerID)
        else { return [] }
        return group.embeddingOrigins
    }

    private func username(of visit: PasswordVisit, _ context: WebContext) async throws -> String {
        let partnerID = try PartnerID(parsing: visit.groupID)
        let store = signIn.signInService.authenticator.store
        return try await store.users([User.ID(visit.userID)], of: partnerID).first?.username.text ?? ""
    }

    /// What apps call this installation: our name and the host's, without its port.
    private var issuer: String {
        let authority = signIn.site.publicURL.split(separator: "/").last ?? ""
        return "Latchkey \(authority.prefix { $0 != ":" })"
    }

    private func spaced(_ text: String) -> String {
        let characters = Array(text)
        return stride(from: 0, to: characters.count, by: 4)
            .map { String(characters[$0..<min($0 + 4, characters.count)]) }
            .joined(separator: " ")
    }

    // MARK: What a user has

    private func overview(
        _ request: Request,
        _ context: WebContext,
        _ fields: Result<FieldSet, FieldError>
    ) async throws -> Response {
        switch try await signIn.arrive(request, context, fields, path: Path.secondFactor) {
        case .redirect(let response): return response
        case .nobody: return try await signIn.login(context, fields, path: Path.secondFactor, isFramed: false)
        case .agent(let grant): return try await overview(grant, context)
        }
    }

    private func overview(_ grant: Grant, _ context: WebContext) async throws -> Response {
        let left = try await signIn.signInService.authenticator.store.recoveryCodesLeft(of: grant.user)
        let data: [String: Any] = [
            "agentName": grant.user.displayName, "username": grant.user.username.text, "action": Path.secondFactor,
            "hasPassword": grant.group.allowsPasswords && grant.user.passwordHash != nil,
            "isSetUp": left != nil, "left": "\(left ?? 0)",
        ]
        return try signIn.renderer.render(
            PageRenderer.Page("secondfactor", title: "Second factor", data: data),
            context
        )
    }
}
