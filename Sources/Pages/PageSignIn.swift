internal import Accounts
internal import Authentication
internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import LoginKey
internal import ServiceTokens
internal import WireCodec
internal import WireProtocol

/// How pages find out who is there: credentials are taken once and answered with a redirect to a clean address, which
/// carries a ticket for one opening and sets the `GSSNID` cookie.
struct PageSignIn: Sendable {
    let signInService: SignInService
    let site: WebSite
    let random: RandomSource
    let renderer: PageRenderer
    let prompts: PromptCache
    /// Who sends links that set a new password; `nil` where no mail is sent.
    let passwordResets: PasswordResetService?

    /// What a request for a page brought.
    enum PageAuthentication: Sendable {
        /// Nobody.
        case nobody
        /// An agent, ready for the page.
        case agent(Grant)
        /// A new sign-in: the answer is this redirect.
        case redirect(Response)
    }

    /// The parameters that stay in the clean address.
    static let kept = [
        ParameterName.sessionKey, ParameterName.visitorID, ParameterName.visitorName, ParameterName.wait,
        ParameterName.groupID, ParameterName.start, ParameterName.invitation,
        ParameterName.key, "viewersamewindow", "mode", "fmt", "test", "idpid",
    ]
    /// Those of a request's parameters that stay.
    static func kept(of values: FieldSet) -> [(String, String)] {
        kept.compactMap { name in values.nonEmpty(name).map { (name, $0) } }
    }

    /// How a page in a frame says that it has opened a window, and waits for the sign-in there.
    static let window = "window"
    private static let credentialNames = [
        ParameterName.loginKey, ParameterName.partnerUserID, ParameterName.password, ParameterName.gssnID,
    ]
    /// How links name the group; all others of these parameters change nothing here.
    private static let groupNames = ["idpid", ParameterName.groupID, ParameterName.partnerID]

    /// Whether parameters hold credentials; a user name alone is not enough, unless a LoginKey is with it.
    private static func bringsCredentials(_ values: FieldSet) -> Bool {
        credentialNames.contains { values.nonEmpty($0) != nil }
            || values.nonEmpty(ParameterName.username).flatMap(LoginKeyCredentials.splitCombined) != nil
    }

    /// Answers a request for a page with a page, even if something goes wrong.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - context: The request.
    ///   - isFramed: Whether pages of the group's origins may frame it.
    ///   - limit: The most bytes that its body may have.
    ///   - body: Gets the request with the id of the click that it belongs to, and its parameters.
    /// - Returns: The page.
    /// - Throws: An error of rendering.
    func answering(
        _ request: Request,
        _ context: WebContext,
        isFramed: Bool = true,
        limit: Int = Request.maximumFieldBytes,
        _ body: (WebContext, Result<FieldSet, FieldError>) async throws -> Response
    ) async throws -> Response {
        var context = context
        var group: Group?
        var fields = Result<FieldSet, FieldError>.success(FieldSet())
        do {
            fields = try await request.fields(limit: limit)
            if let id = (try? fields.get())?[ParameterName.correlationID].flatMap({ CorrelationID($0) }) {
                context.correlationID = id
            }
            if isFramed { group = await claimedGroup(fields, context) }
            return try await body(context, fields)
        } catch let error where AnswerError(error) == .refused && Self.bringsPassword(request, fields) {
            let named = group == nil ? await claimedGroup(fields, context) : group
            return try await login(
                fields,
                path: request.uri.path,
                named,
                isFramed: isFramed,
                isRefused: true,
                context
            )
        } catch {
            return try renderer.render(error, ancestors: group?.embeddingOrigins ?? [], context)
        }
    }

    /// Adds a page that agents open by a link or send a form to.
    ///
    /// - Parameters:
    ///   - path: Where it is.
    ///   - router: The routes.
    ///   - show: As the body of ``answering(_:_:isFramed:limit:_:)``, with the request.
    func addPage(
        at path: String,
        to router: Router<WebContext>,
        _ show: @escaping @Sendable (Request, WebContext, Result<FieldSet, FieldError>) async throws -> Response
    ) {
        for method in [HTTPRequest.Method.get, .post] {
            router.on(RouterPath(path), method: method) { request, context in
                try await answering(request, context) { try await show(request, $0, $1) }
            }
        }
    }

    /// Whether the prompt was filled in, which is shown again if the sign-in is refused.
    private static func bringsPassword(_ request: Request, _ fields: Result<FieldSet, FieldError>) -> Bool {
        request.method == .post && (try? fields.get())?.nonEmpty(ParameterName.password) != nil
    }

    /// The page on which nobody is signed in yet.
    func login(
        _ context: WebContext,
        _ fields: Result<FieldSet, FieldError>,
        path: String,
        isFramed: Bool = true
    ) async throws -> Response {
        let group = await claimedGroup(fields, context)
        return try await login(fields, path: path, group, isFramed: isFramed, isRefused: false, context)
    }

    /// The prompt; again with the given user name, if a sign-in was refused.
    private func login(
        _ fields: Result<FieldSet, FieldError>,
        path: String,
        _ group: Group?,
        isFramed: Bool,
        isRefused: Bool,
        _ context: WebContext
    ) async throws -> Response {
        let values = (try? fields.get()) ?? FieldSet()
        // What follows the prompt is framed for the same group.
        let isNamed = values.nonEmpty(ParameterName.groupID) != nil
        var named = isNamed ? [] : group.map { [(ParameterName.groupID, $0.partnerID.text)] } ?? []
        if values.nonEmpty(ParameterName.singleSignOn) == Self.window {
            named.append((ParameterName.singleSignOn, Self.window))
        }
        var data: [String: Any] = ["action": path, "hidden": hiddenFields(values, adding: named)]
        if isRefused {
            let message = "The user name or the password is wrong, or you may not sign in."
            data["refusal"] = ["message": message, "correlationID": context.correlationID.text]
            data["username"] = values[ParameterName.username] ?? ""
        }
        let links = await providers(of: group).compactMap { startLink(to: $0, values, page: path, context) }
        data["providers"] = links
        data["hasPassword"] = group?.allowsPasswords ?? true || links.isEmpty
        data["forgotten"] = forgottenLink(for: group, isFramed: isFramed)
        var page = PageRenderer.Page("login", title: "Sign in", data: data)
        if !links.isEmpty { page.scripts = ["sso.js"] }
        page.ancestors = isFramed ? group?.embeddingOrigins ?? [] : []
        return try renderer.render(page, status: isRefused ? .unauthorized : .ok, context)
    }

    /// Finds out who opens `path`.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - context: The request.
    ///   - fields: Its parameters.
    ///   - path: The page.
    ///   - mayChangeUser: Whether the user has agreed, or is about to be asked, to replace another.
    /// - Returns: Who it is, or where to send the browser.
    /// - Throws: ``AnswerError``.
    func arrive(
        _ request: Request,
        _ context: WebContext,
        _ fields: Result<FieldSet, FieldError>,
        path: String,
        mayChangeUser: Bool = false
    ) async throws -> PageAuthentication {
        // A request that only looks, such as a link preview, uses nothing up.
        guard request.method != .head else { return await current(request, context).map { .agent($0) } ?? .nobody }
        guard case .success(let values) = fields else {
            return .agent(try await signInService.signIn(fields, attempt: attempt(request, context)))
        }
        if let ticket = values.nonEmpty(ParameterName.ticket) {
            return try await redeem(ticket, request, context, values, path: path, mayChangeUser: mayChangeUser)
        }
        if Self.bringsCredentials(values) {
            var attempt = attempt(request, context)
            attempt.isFromURL = Self.bringsCredentials(request.fieldsInURL)
            attempt.loginKeyPurpose = LoginKeyPurpose.ofPage(path, values)
            if case .password(let username, let password)? = try? Credentials(values) {
                let entered = EnteredPassword(username: username, password: password, attempt: attempt)
                return .redirect(try await enter(entered, request, context, values, path: path))
            }
            let grant = try await signInService.signIn(fields, attempt: attempt)
            return .redirect(try await welcome(grant, request, context, values, path: path))
        }
        guard let grant = await current(request, context) else { return .nobody }
        return .agent(grant)
    }

    /// Spends a ticket.
    ///
    /// A page that is reloaded with its spent ticket uses the cookie; a ticket of a user other than the
    /// cookie's leads to the question first.
    private func redeem(
        _ ticket: String,
        _ request: Request,
        _ context: WebContext,
        _ values: FieldSet,
        path: String,
        mayChangeUser: Bool
    ) async throws -> PageAuthentication {
        let signedIn = await current(request, context)
        do {
            let grant = try await signInService.redeem(ticket: ticket, attempt: attempt(request, context, .own))
            guard !mayChangeUser, let signedIn, signedIn.user.id != grant.user.id else { return .agent(grant) }
            return .redirect(try await welcome(grant, request, context, values, path: path))
        } catch let error as AnswerError {
            guard error == .refused, let signedIn, !mayChangeUser else { throw error }
            return .agent(signedIn)
        }
    }

    /// The user of the cookie, if the browser sent a valid one.
    func current(_ request: Request, _ context: WebContext) async -> Grant? {
        guard let sessionID = site.cookie.read(request) else { return nil }
        return try? await signInService.authorize(sessionID: sessionID, attempt: attempt(request, context, .link))
    }

    /// Answers a new sign-in: to the page, or first to the question whether to change users.
    func welcome(
        _ grant: Grant,
        _ request: Request,
        _ context: WebContext,
        _ values: FieldSet,
        path: String
    ) async throws -> Response {
        var target = path
        let other = await current(request, context)
        let mustAsk = other.map { $0.user.id != grant.user.id } ?? false
        if mustAsk { target = Path.changeUser }
        let query = try query(keeping: values, for: grant, context, page: mustAsk ? path : nil)
        var response = Response(status: .seeOther, headers: [.location: "\(target)?\(query)"])
        if !mustAsk { signIn(grant, request, context, on: &response) }
        return response
    }

    /// Sets the cookie of a sign-in.
    func signIn(_ grant: Grant, _ request: Request, _ context: WebContext, on response: inout Response) {
        let sessionID = signInService.authenticator.signers.sessionID.issue(for: grant, at: context.seconds)
        site.cookie.set(sessionID, on: &response, for: request)
    }

    /// Sets the cookie where the browser brought none: the agent came by a ticket, such as that of a `joinurl`.
    func keep(_ grant: Grant, _ request: Request, _ context: WebContext, on response: inout Response) {
        if site.cookie.read(request) == nil { signIn(grant, request, context, on: &response) }
    }

    /// The query of a clean address.
    ///
    /// - Parameters:
    ///   - values: The parameters of the request.
    ///   - grant: Whom the ticket is for.
    ///   - context: The request.
    ///   - page: The page behind the question whether to change users, if that comes first.
    /// - Returns: The query, without `?`.
    /// - Throws: An error of signing the ticket.
    func query(keeping values: FieldSet, for grant: Grant, _ context: WebContext, page: String?) throws -> String {
        var pairs = Self.kept(of: values)
        pairs.removeAll { $0.0 == ParameterName.groupID }
        pairs.append((ParameterName.groupID, grant.group.partnerID.text))
        if let page { pairs.append(("page", page)) }
        pairs.append((ParameterName.ticket, try ticket(for: grant, context)))
        return pairs.map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
    }

    /// The parameters that a form must carry on, as hidden fields.
    func hiddenFields(_ values: FieldSet, adding others: [(String, String)] = []) -> [[String: String]] {
        let pairs = Self.kept(of: values) + others
        return pairs.map { ["name": $0.0, "value": $0.1] }
    }

    /// The group that a request names, or the only one that there is, for the policy of pages that nobody is signed in on.
    func claimedGroup(_ fields: Result<FieldSet, FieldError>, _ context: WebContext) async -> Group? {
        let store = signInService.authenticator.store
        guard case .success(let values) = fields else { return nil }
        if let token = values.nonEmpty(ParameterName.token),
            let provider = try? await signInService.authenticator.claimedProvider(ofToken: token)
        {
            return try? await store.group(provider.partnerID)
        }
        guard let text = Self.groupNames.lazy.compactMap({ values.nonEmpty($0) }).first else {
            return await prompts.onlyGroup()
        }
        guard let partnerID = try? PartnerID(parsing: text) else { return nil }
        return try? await signInService.group(partnerID, askedBy: context.source, at: context.time)
    }

    /// A ticket for one opening of one page, by whoever has just signed in.
    func ticket(for grant: Grant, _ context: WebContext) throws -> String {
        let claims = TicketClaims(
            grant,
            id: random.correlationID(),
            correlationID: context.correlationID,
            continuesSignIn: true,
            issuedAt: context.seconds
        )
        return try signInService.authenticator.signers.ticket.sign(claims)
    }

    /// Writes down a page's own refusal, and counts it.
    ///
    /// - Returns: What it looks like from outside.
    func refusal(_ reason: RefusalReason, _ request: Request, _ context: WebContext) async -> AnswerError {
        let attempt = attempt(request, context)
        do {
            return try await signInService.answering(attempt) { try await signInService.refuse(reason, attempt) }
        } catch {
            return error
        }
    }

    /// Refuses what somebody else's page has sent.
    ///
    /// - Throws: ``AnswerError``.
    func requireOwnOrigin(_ request: Request, _ context: WebContext) async throws(AnswerError) {
        guard RequestOrigin(request, own: site.ownOrigins) == .own else {
            throw await refusal(.foreignOrigin, request, context)
        }
    }

    /// The circumstances of a request for a page.
    func attempt(
        _ request: Request,
        _ context: WebContext,
        _ origin: RequestOrigin? = nil
    ) -> Attempt {
        context.attempt("page", origin: origin ?? RequestOrigin(request, own: site.ownOrigins))
    }
}
