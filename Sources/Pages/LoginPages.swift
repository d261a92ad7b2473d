internal import Accounts
internal import Authentication
internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import LoginKey
internal import WireCodec
internal import WireProtocol

/// `/login/default.aspx`: sign-in with a password or an identity provider; and the question before one user replaces another.
struct LoginPages: Sendable {
    let signIn: PageSignIn

    func addRoutes(to router: Router<WebContext>) {
        // None of these pages is ever framed.
        for method in [HTTPRequest.Method.get, .post] {
            router.on(RouterPath(Path.login), method: method) { request, context in
                try await signIn.answering(request, context, isFramed: false) { try await login(request, $0, $1) }
            }
        }
        router.get(RouterPath(Path.changeUser)) { request, context in
            try await signIn.answering(request, context, isFramed: false) { try await ask(request, $0, $1) }
        }
        router.post(RouterPath(Path.changeUser)) { request, context in
            try await signIn.answering(request, context, isFramed: false) { try await change(request, $0, $1) }
        }
        router.post(RouterPath(Path.signOut)) { request, context in
            try await signIn.answering(request, context, isFramed: false) { context, _ in
                try await signOut(request, context)
            }
        }
    }

    private func login(
        _ request: Request,
        _ context: WebContext,
        _ fields: Result<FieldSet, FieldError>
    ) async throws -> Response {
        switch try await signIn.arrive(request, context, fields, path: Path.login) {
        case .redirect(let response): return response
        case .agent(let grant): return try signedIn(grant, context)
        case .nobody: return try await signIn.login(context, fields, path: Path.login, isFramed: false)
        }
    }

    private func signedIn(_ grant: Grant, _ context: WebContext) throws -> Response {
        let data = [
            "agentName": grant.user.displayName, "groupName": grant.group.name,
            "groupID": grant.group.partnerID.text,
        ]
        return try signIn.renderer.render(PageRenderer.Page("signedin", title: "Signed in", data: data), context)
    }

    /// Asks, naming both users.
    ///
    /// The ticket is spent here; the form gets a new one.
    private func ask(
        _ request: Request,
        _ context: WebContext,
        _ fields: Result<FieldSet, FieldError>
    ) async throws -> Response {
        guard let newcomer = try await newcomer(request, context, fields, path: Path.login),
            case .success(let values) = fields, let current = await signIn.current(request, context),
            let page = page(values)
        else { throw await signIn.refusal(.unreadableRequest, request, context) }
        // In a frame of pages that both users trust; another group's pages could lead into their own sign-in.
        let isOneGroup = current.group.partnerID == newcomer.group.partnerID
        guard isOneGroup || !request.headers.isForFrame else { return try refuseFrame(newcomer, context) }
        var question = try question(values, from: current, to: newcomer, page: page, context)
        if isOneGroup { question.ancestors = newcomer.group.embeddingOrigins }
        return try signIn.renderer.render(question, context)
    }

    /// Whom the credentials of a request that changes users are for; `nil` for nobody.
    private func newcomer(
        _ request: Request,
        _ context: WebContext,
        _ fields: Result<FieldSet, FieldError>,
        path: String
    ) async throws -> Grant? {
        let arrival = try await signIn.arrive(request, context, fields, path: path, mayChangeUser: true)
        guard case .agent(let newcomer) = arrival else { return nil }
        return newcomer
    }

    private func refuseFrame(_ newcomer: Grant, _ context: WebContext) throws -> Response {
        let error = AnswerError.conflict(
            "This browser is signed in as a user of another group. Open this page in its own window to change users."
        )
        return try signIn.renderer.render(error, ancestors: newcomer.group.embeddingOrigins, context)
    }

    private func question(
        _ values: FieldSet,
        from current: Grant,
        to newcomer: Grant,
        page: String,
        _ context: WebContext
    ) throws -> PageRenderer.Page {
        let ticket = try signIn.ticket(for: newcomer, context)
        let data: [String: Any] = [
            "currentName": current.user.displayName, "currentGroup": current.group.name,
            "newName": newcomer.user.displayName, "newGroup": newcomer.group.name,
            "hidden": signIn.hiddenFields(values, adding: [("page", page), (ParameterName.ticket, ticket)]),
        ]
        return PageRenderer.Page("switch", title: "Change user?", data: data)
    }

    private func change(
        _ request: Request,
        _ context: WebContext,
        _ fields: Result<FieldSet, FieldError>
    ) async throws -> Response {
        try await signIn.requireOwnOrigin(request, context)
        guard case .success(let values) = fields, values.nonEmpty(ParameterName.ticket) != nil,
            let page = page(values), let newcomer = try await newcomer(request, context, fields, path: page)
        else { throw await signIn.refusal(.unreadableRequest, request, context) }
        let query = try signIn.query(keeping: values, for: newcomer, context, page: nil)
        var response = Response(status: .seeOther, headers: [.location: "\(page)?\(query)"])
        signIn.signIn(newcomer, request, context, on: &response)
        return response
    }

    private func signOut(_ request: Request, _ context: WebContext) async throws -> Response {
        try await signIn.requireOwnOrigin(request, context)
        var response = Response(status: .seeOther, headers: [.location: Path.login])
        signIn.site.cookie.clear(on: &response, for: request)
        return response
    }

    /// The page behind the question: one of ours, never an address from outside (`docs/threats.md#open-redirect`).
    private func page(_ values: FieldSet) -> String? {
        signIn.page(values.nonEmpty("page"))
    }
}
