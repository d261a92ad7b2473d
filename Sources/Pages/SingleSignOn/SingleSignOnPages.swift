internal import Accounts
internal import Authentication
internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import ServiceTokens
internal import WireCodec
internal import WireProtocol

/// `/sso/start`, `/sso/callback/<provider>` and `/sso/saml/<group>/<provider>`: the way to an identity provider and back
/// (`docs/protocol.md#single-sign-on`).
struct SingleSignOnPages: Sendable {
    let signIn: PageSignIn

    func addRoutes(to router: Router<WebContext>) {
        // Neither is ever framed.
        router.get(RouterPath(Path.singleSignOnStart)) { request, context in
            try await signIn.answering(request, context, isFramed: false) { try await start(request, $0, $1) }
        }
        router.get(RouterPath(Path.singleSignOnCallback + "/:provider")) { request, context in
            try await signIn.answering(request, context, isFramed: false) { try await finish(request, $0, $1) }
        }
        addSAMLRoutes(to: router)
    }

    func cookie(isPosted: Bool = false) -> VisitCookie {
        VisitCookie(
            sealer: signIn.signInService.authenticator.signers.providerVisit,
            isSecure: Origin(signIn.site.publicURL) != nil,
            isPosted: isPosted
        )
    }

    private func redirectURI(_ callbackName: String) -> String {
        "\(signIn.site.publicURL)\(Path.singleSignOnCallback)/\(callbackName)"
    }

    // MARK: To the provider

    private func start(
        _ request: Request,
        _ context: WebContext,
        _ fields: Result<FieldSet, FieldError>
    ) async throws -> Response {
        guard request.method == .get, case .success(let values) = fields else { throw AnswerError.notFound }
        if let address = addressAtPublicURL(request) {
            return Response(status: .seeOther, headers: [.location: address])
        }
        guard let provider = await signIn.provider(values, context) else { throw AnswerError.notFound }
        let visit = ProviderVisit(
            to: provider,
            page: signIn.page(values.nonEmpty("page")) ?? Path.login,
            query: signIn.pageQuery(values),
            isInWindow: values.nonEmpty(ParameterName.singleSignOn) == PageSignIn.window,
            correlationID: context.correlationID,
            at: context.seconds,
            random: signIn.random
        )
        guard let address = address(for: visit, to: provider, values, context) else { throw AnswerError.notFound }
        var response = Response(status: .seeOther, headers: [.location: address])
        try cookie(isPosted: provider.saml != nil).set(visit, on: &response)
        return response
    }

    private func address(
        for visit: ProviderVisit,
        to provider: IdentityProvider,
        _ values: FieldSet,
        _ context: WebContext
    ) -> String? {
        guard provider.saml == nil else {
            return SAMLRequest.url(
                for: visit,
                to: provider,
                ownAddress: samlAddress(provider.partnerID, provider.callbackName),
                at: context.seconds
            )
        }
        return AuthorizationRequest.url(
            for: visit,
            to: provider,
            redirectURI: redirectURI(provider.callbackName),
            loginHint: String((values.nonEmpty(ParameterName.providerUsername) ?? "").prefix(255))
        )
    }

    /// The same address under the public name, if the browser came by another name of this server: providers send it back
    /// to the public one, and the cookie has to be there.
    private func addressAtPublicURL(_ request: Request) -> String? {
        let publicURL = signIn.site.publicURL
        guard let authority = request.head.authority?.lowercased(), authority != publicURL.authority,
            signIn.site.ownOrigins.contains(where: { $0.text.hasSuffix("://\(authority)") })
        else { return nil }
        return publicURL.text + request.uri.string
    }

    // MARK: Back from it

    private func finish(
        _ request: Request,
        _ context: WebContext,
        _ fields: Result<FieldSet, FieldError>
    ) async throws -> Response {
        guard request.method == .get, let name = context.parameters.get("provider")?.lowercased() else {
            throw AnswerError.notFound
        }
        var context = context
        let values = (try? fields.get()) ?? FieldSet()
        let state = values.nonEmpty("state") ?? ""
        let visit = cookie().read(request, state: state)
        if let click = visit.flatMap({ CorrelationID($0.click) }) { context.correlationID = click }
        let answer = ProviderAnswer(
            visit: visit,
            state: state,
            code: values.nonEmpty("code") ?? "",
            error: values.nonEmpty("error") ?? "",
            issuer: values.nonEmpty("iss"),
            callbackName: name,
            redirectURI: redirectURI(name)
        )
        var response = try await finish(answer, request, context, fields)
        if visit != nil { cookie().clear(state: state, on: &response) }
        return response
    }

    private func finish(
        _ answer: ProviderAnswer,
        _ request: Request,
        _ context: WebContext,
        _ fields: Result<FieldSet, FieldError>
    ) async throws -> Response {
        do {
            // No other page can send a browser here with success: the visit is bound to this browser.
            let attempt = signIn.attempt(request, context, .own)
            let grant: Grant
            if case .failure = fields {
                grant = try await signIn.signInService.signIn(fields, attempt: attempt)
            } else {
                grant = try await signIn.signInService.signIn(answer, attempt: attempt)
            }
            guard let visit = answer.visit else { throw AnswerError.refused }
            return try await welcome(grant, from: visit, request, context)
        } catch {
            return try refusal(AnswerError(error), context)
        }
    }

    func welcome(
        _ grant: Grant,
        from visit: ProviderVisit,
        _ request: Request,
        _ context: WebContext
    ) async throws -> Response {
        var values = FieldSet()
        try? values.add(query: visit.query)
        guard visit.isInWindow else {
            return try await signIn.welcome(grant, request, context, values, path: visit.page)
        }
        return try signIn.handOver(grant, values, page: visit.page, context)
    }

    /// The same page for every refusal.
    func refusal(_ error: AnswerError, _ context: WebContext) throws -> Response {
        guard error == .refused || error == .unavailable else { return try signIn.renderer.render(error, context) }
        let isRefused = error == .refused
        let title = isRefused ? "You are not signed in" : "The sign-in does not answer"
        let message = isRefused ? "The sign-in was refused." : "Your company's sign-in service did not answer."
        let steps =
            isRefused
            ? ["Try once more.", "If it happens again, send your administrator the id below: it leads to the reason."]
            : ["Wait a moment, then try again."]
        let data: [String: Any] = [
            "title": title, "message": message, "steps": steps, "correlationID": context.correlationID.text,
            "link": ["href": Path.login, "text": "Back to the sign-in"],
        ]
        return try signIn.renderer.render(
            PageRenderer.Page("error", title: title, data: data),
            status: error.status,
            context
        )
    }
}
