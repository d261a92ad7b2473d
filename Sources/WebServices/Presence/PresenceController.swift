internal import Accounts
internal import Authentication
internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import LoginKey
internal import Sessions
internal import WireCodec
internal import WireProtocol

/// `GetVisitorSettings3`, `/findvisitor`, `/lookupvisitor` and `/signalvisitor`: what existing clients ask of presence
/// (`docs/protocol.md#presence`).
struct PresenceController: Sendable {
    let signInService: SignInService
    let presence: PresenceDirectory
    let site: WebSite
    /// What one agent may send to visitors.
    let signals: RateLimiter

    init(signInService: SignInService, presence: PresenceDirectory, site: WebSite) {
        self.signInService = signInService
        self.presence = presence
        self.site = site
        signals = signInService.limiter(RateLimiter.Rate(burst: 60, perSecond: 10))
    }

    private var crossOrigin: CrossOrigin { CrossOrigin(ownOrigins: site.ownOrigins, methods: "GET, POST") }

    func addRoutes(to router: Router<WebContext>) {
        router.get(RouterPath(Path.visitorSettings)) { request, context in
            await settings(request, context)
        }
        router.get(RouterPath(Path.findVisitor)) { request, context in
            try await answering(request, context) { try await find(PresenceMember.visitorFound, request, context) }
        }
        router.get(RouterPath(Path.lookUpVisitor)) { request, context in
            try await answering(request, context) {
                try await find(PresenceMember.visitorPresent, saysNothingOfAbsent: true, request, context)
            }
        }
        router.post(RouterPath(Path.signalVisitor)) { request, context in
            try await answering(request, context) { try await signal(request, context) }
        }
        router.on(RouterPath(Path.visitorSettings), method: .options) { _, _ in
            var response = Response(status: .noContent)
            CrossOrigin.allowEverybody(on: &response.headers)
            response.headers[.accessControlAllowMethods] = "GET"
            response.headers[.accessControlAllowHeaders] = "content-type"
            return response
        }
        for path in [Path.findVisitor, Path.lookUpVisitor, Path.signalVisitor] {
            router.on(RouterPath(path), method: .options) { request, context in
                try await crossOrigin.preflight(request, context, signInService)
            }
        }
    }

    private func answering(
        _ request: Request,
        _ context: WebContext,
        _ body: () async throws -> Response
    ) async throws -> Response {
        try await crossOrigin.answering(request, context, signInService, body)
    }

    // MARK: For everybody

    /// Pages of every site may read it: visitors' sites are on no group's list.
    private func settings(_ request: Request, _ context: WebContext) async -> Response {
        var response: Response
        do {
            response = try await location(request, context)
        } catch {
            let answer = AnswerError(error)
            if answer == .unavailable { context.logFailure(error, path: request.uri.path) }
            response = answer.response(correlationID: context.correlationID)
        }
        CrossOrigin.allowEverybody(on: &response.headers)
        return response
    }

    /// Where presence is; the same for all groups, and for cobrowsing too.
    private func location(_ request: Request, _ context: WebContext) async throws -> Response {
        let fields = try Self.query(request)
        guard ["presence", "cobrowse"].contains((fields.nonEmpty(ParameterName.service) ?? "presence").lowercased())
        else { throw AnswerError.badRequest("service is presence or cobrowse") }
        guard Site(rawValue: (fields.nonEmpty(ParameterName.site) ?? "production").lowercased()) != nil else {
            throw AnswerError.badRequest("site is production or staging")
        }
        let partnerID = try Self.groupID(fields)
        guard try await signInService.group(partnerID, askedBy: context.source, at: context.time) != nil else {
            throw AnswerError.notFound
        }
        return .json(
            JSONWriter.object { json in
                // Callers put https:// or wss:// before it.
                json.member("presenceUrl", site.publicURL.authority)
                json.member("isPresenceLoadBalanced", false)
            }
        )
    }

    // MARK: For agents

    private func find(
        _ name: String,
        saysNothingOfAbsent: Bool = false,
        _ request: Request,
        _ context: WebContext
    ) async throws -> Response {
        try await asAgent(request, context, purpose: "look a visitor up") { grant, visitor in
            let isPresent = try await look(for: visitor, as: grant, context)
            guard isPresent || !saysNothingOfAbsent else { return .json(JSONWriter.object { _ in }) }
            // With several nodes, it is the visitor's home node.
            let server = presence.home(of: visitor).flatMap { ServerURL(of: $0.url) } ?? site.publicURL
            return .json(
                JSONWriter.object { json in
                    json.member(named: name, isPresent)
                    json.member("directserver", server.bracketedHost)
                    json.member("httpsport", Int64(server.port))
                    json.member("groupid", visitor.partnerID.text)
                    json.member("visitorid", visitor.visitorID.text)
                }
            )
        }
    }

    private func signal(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let body = try? await request.body.collect(upTo: SignalRequest.maximumByteCount) else {
            throw AnswerError.tooLarge
        }
        return try await asAgent(request, context, purpose: "signal a visitor") { grant, visitor in
            let request = try SignalRequest(Array(body.readableBytesView))
            guard signals.take(grant.rateLimitKey, at: context.time) else { throw AnswerError.tooManyRequests }
            guard try await look(for: visitor, as: grant, context),
                try await deliver(request, to: visitor, by: grant, context)
            else { throw AnswerError.notFound }
            return .json(JSONWriter.object { $0.member("status", "ok") })
        }
    }

    /// Asks the visitor, if the call is for that; passes everything else to the visitor's pages.
    private func deliver(
        _ request: SignalRequest,
        to visitor: VisitorReference,
        by grant: Grant,
        _ context: WebContext
    ) async throws -> Bool {
        guard let terms = try request.terms() else { return try await presence.send(request.call, to: visitor) }
        let inviter = Inviter(
            userID: grant.user.id,
            name: grant.user.displayName,
            actor: grant.actor,
            correlationID: context.correlationID
        )
        // The answer tells whether a session has that key, so attempts are limited.
        if terms.sessionKey != nil {
            guard signInService.guesses.take(grant.rateLimitKey, at: context.time) else {
                throw AnswerError.tooManyRequests
            }
        }
        do {
            return try await presence.invite(visitor, by: inviter, for: terms.sessionKey, from: context.source)
        } catch  where error.code == .alreadyExists {
            throw AnswerError.conflict("A session with this key is open: ask with another one.")
        }
    }

    /// Whether a visitor is present; asking about those who are not is limited.
    private func look(
        for visitor: VisitorReference,
        as grant: Grant,
        _ context: WebContext
    ) async throws -> Bool {
        guard signInService.guesses.allows(grant.rateLimitKey, at: context.time) else {
            throw AnswerError.tooManyRequests
        }
        let isPresent = try await presence.isPresent(visitor)
        if !isPresent { signInService.guesses.take(grant.rateLimitKey, at: context.time) }
        return isPresent
    }

    /// Lets the bearer of a token ask about a visitor of their own group, and pages of the group's origins read what is
    /// answered.
    private func asAgent(
        _ request: Request,
        _ context: WebContext,
        purpose: String,
        _ body: (Grant, VisitorReference) async throws -> Response
    ) async throws -> Response {
        let fields = try Self.query(request)
        let partnerID = try Self.groupID(fields)
        guard let visitorID = SessionKey(fields[ParameterName.visitorID] ?? "") else {
            throw AnswerError.badRequest("a visitor id is 1 to 63 letters, digits and . _ ~ -")
        }
        let attempt = context.attempt(
            purpose,
            required: PresenceAuthorizer.required,
            onlyGroup: partnerID,
            origin: origin(of: request)
        )
        let grant = try await signInService.authorize(token: request.bearerToken, attempt: attempt)
        var response = try await body(grant, VisitorReference(visitorID, of: grant.group.partnerID))
        crossOrigin.allow(attempt.origin, by: grant.group, on: &response.headers)
        return response
    }

    /// A call is not a link: a page that the browser does not name is a foreign one.
    private func origin(of request: Request) -> RequestOrigin {
        let origin = RequestOrigin(request, own: site.ownOrigins)
        return origin == .link ? .foreign(nil) : origin
    }

    /// The parameters of the query only: the body is read elsewhere.
    private static func query(_ request: Request) throws(AnswerError) -> FieldSet {
        var fields = FieldSet()
        do {
            if let query = request.uri.query { try fields.add(query: query) }
            return fields
        } catch {
            throw .badRequest("The query cannot be read, or a parameter stands there twice.")
        }
    }

    private static func groupID(_ fields: FieldSet) throws(AnswerError) -> PartnerID {
        guard let partnerID = try? PartnerID(parsing: fields[ParameterName.groupID] ?? "") else {
            throw .badRequest("groupid is 1 to 10 digits")
        }
        return partnerID
    }
}
