internal import Accounts
internal import Authentication
internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import LoginKey
internal import ServiceTokens
internal import Sessions
internal import WireCodec
internal import WireProtocol

/// `POST /api/v1/visits`: a visitor opens a session, enters an agent's session by its key, or comes back.
///
/// Pages of any site may ask: visitors' sites are on no list, and nothing here depends on a cookie.
struct VisitsController: Sendable {
    let signInService: SignInService
    let directory: SessionDirectory
    let presence: PresenceDirectory
    let random: RandomSource
    /// Anybody may visit: what one source may open or try (`docs/threats.md#guessing`).
    let visits: RateLimiter

    init(signInService: SignInService, directory: SessionDirectory, presence: PresenceDirectory, random: RandomSource) {
        self.signInService = signInService
        self.directory = directory
        self.presence = presence
        self.random = random
        visits = signInService.limiter(RateLimiter.Rate(burst: 60, perSecond: 1))
    }

    func addRoutes(to router: Router<WebContext>) {
        router.post(RouterPath(Path.visits)) { request, context in
            do {
                return try await visit(request, context).readableAnywhere()
            } catch let error as AnswerError {
                return error.response(correlationID: context.correlationID).readableAnywhere()
            }
        }
        router.on(RouterPath(Path.visits), method: .options) { _, _ in Response.preflightForAnybody }
    }

    private func visit(_ request: Request, _ context: WebContext) async throws -> Response {
        guard visits.take(context.source, at: context.time) else { throw AnswerError.tooManyRequests }
        guard case .success(let fields) = try await request.fields() else {
            throw AnswerError.badRequest("The body is one flat JSON object, each member once.")
        }
        let visitor = try requester(fields, context)
        let keys = try Self.keys(fields)
        if let token = fields.nonEmpty("resume") {
            let admission = try await directory.resume(token, by: visitor)
            guard let admission else { throw AnswerError.notStarted }
            let store = signInService.authenticator.store
            guard let group = try await store.group(admission.session.partnerID) else { throw AnswerError.notStarted }
            return answer(admission, group)
        }
        let group = try await group(fields, visitor)
        let partnerID = group.partnerID
        if let invitation = fields.nonEmpty(ParameterName.invitation), let visitorID = keys.visitor {
            return try await follow(invitation, VisitorReference(visitorID, of: partnerID), group, visitor)
        }
        if let typed = keys.session,
            let sessionKey = try await signInService.authenticator.store.sessionKey(typed: typed, of: partnerID)
        {
            return try await enter(sessionKey, group, visitor)
        }
        return try await open(keys.visitor, group, visitor)
    }

    /// The session key, as it was typed, and the visitor id that a request names.
    private static func keys(_ fields: FieldSet) throws(AnswerError) -> (session: String?, visitor: SessionKey?) {
        let (session, visitor) = (fields[ParameterName.sessionKey], fields[ParameterName.visitorID])
        let visitorID = visitor.flatMap { SessionKey($0) }
        guard session.map({ !SessionKey.candidates(typed: $0).isEmpty }) ?? true, (visitor == nil) == (visitorID == nil)
        else { throw .badRequest("a session key or visitor id is 1 to 63 letters, digits and . _ ~ -") }
        return (session, visitorID)
    }

    /// A visitor opens the session that an agent has asked for, under the agent's key.
    private func follow(
        _ invitation: String,
        _ reference: VisitorReference,
        _ group: Group,
        _ visitor: SessionDirectory.SessionRequester
    ) async throws -> Response {
        let key = try await presence.sessionKey(of: invitation, to: reference) ?? reference.visitorID
        let isKeyless = key == reference.visitorID
        let admission = try await admit(key, isKeyless: isKeyless, reference.partnerID, visitor)
        await presence.start(key, by: reference)
        return answer(admission, group)
    }

    /// A visitor opens a session under their id, if they have one.
    private func open(
        _ visitorID: SessionKey?,
        _ group: Group,
        _ visitor: SessionDirectory.SessionRequester
    ) async throws -> Response {
        let admission = try await admit(visitorID, isKeyless: visitorID != nil, group.partnerID, visitor)
        if let visitorID { await presence.start(visitorID, by: VisitorReference(visitorID, of: group.partnerID)) }
        return answer(admission, group)
    }

    private func admit(
        _ key: SessionKey?,
        isKeyless: Bool,
        _ partnerID: PartnerID,
        _ visitor: SessionDirectory.SessionRequester
    ) async throws -> SessionDirectory.Admission {
        do {
            return try await directory.open(key, isKeyless: isKeyless, kind: .cobrowse, in: partnerID, by: visitor)
        } catch  where error.code == .alreadyExists {
            throw AnswerError.conflict("This session is open in another window.")
        }
    }

    /// A visitor enters the key of a session that an agent has opened.
    private func enter(
        _ key: SessionKey,
        _ group: Group,
        _ visitor: SessionDirectory.SessionRequester
    ) async throws -> Response {
        guard let admission = try await directory.join(key, in: group.partnerID, by: visitor) else {
            throw AnswerError.notStarted
        }
        return answer(admission, group)
    }

    private func group(_ fields: FieldSet, _ visitor: SessionDirectory.SessionRequester) async throws -> Group {
        guard let text = fields.nonEmpty(ParameterName.groupID), let partnerID = try? PartnerID(parsing: text),
            let group = try await signInService.group(partnerID, askedBy: visitor.source, at: visitor.time)
        else {
            try await directory.refuse("unknownGroup", nil, in: nil, to: visitor)
            throw AnswerError.notFound
        }
        return group
    }

    private func requester(_ fields: FieldSet, _ context: WebContext) throws(AnswerError)
        -> SessionDirectory.SessionRequester
    {
        let visitor = Visitor(
            name: fields.nonEmpty(ParameterName.name) ?? "Visitor",
            email: fields[ParameterName.email] ?? "",
            phone: fields[ParameterName.phone] ?? ""
        )
        do {
            try Provisioning.check(visitor)
        } catch {
            throw .badRequest(error.message)
        }
        var requester = SessionDirectory.SessionRequester(
            role: .visitor,
            participant: random.correlationID().text,
            name: visitor.name,
            time: context.time,
            correlationID: context.correlationID,
            source: context.source
        )
        requester.email = visitor.email
        requester.phone = visitor.phone
        return requester
    }

    private func answer(_ admission: SessionDirectory.Admission, _ group: Group) -> Response {
        let answer = SessionAdmission(
            server: admission.server,
            serverKey: admission.serverKey,
            sessionKey: admission.session.key.text,
            resume: admission.resume ?? "",
            mask: SessionAdmission.Mask(selectors: group.masks.selectors, everything: group.masks.everything)
        )
        return .json(answer.json)
    }
}
