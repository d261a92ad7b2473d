internal import Accounts
internal import Authentication
internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import LoginKey
internal import ServiceTokens
internal import WireCodec
internal import WireProtocol

/// `/panel`: the panel beside a record of any CRM (`docs/protocol.md#panel`).
///
/// By POST for users whom a connected provider vouches for with a token; by GET for signed-in users, such as by the ticket of
/// a link.
struct PanelController: Sendable {
    let signIn: PageSignIn
    let page: PanelPage

    var signInService: SignInService { signIn.signInService }

    func addRoutes(to router: Router<WebContext>) {
        router.post(RouterPath(Path.panel)) { request, context in
            try await signIn.answering(request, context) { context, fields in
                let attempt = attempt(request, context)
                return try await signInService.answering(attempt) {
                    try await show(request, context, fields, attempt)
                }
            }
        }
        router.get(RouterPath(Path.panel)) { request, context in
            try await signIn.answering(request, context) { context, fields in
                try await open(request, context, fields)
            }
        }
    }

    // MARK: By token

    private func show(
        _ request: Request,
        _ context: WebContext,
        _ fields: Result<FieldSet, FieldError>,
        _ attempt: Attempt
    ) async throws -> Response {
        guard case .success(let values) = fields, let token = token(values, request) else {
            return try await signInService.refuse(.unreadableRequest, attempt)
        }
        let record = try record(values)
        let voucher = try await voucher(token, attempt)
        guard let partnerUserID = voucher.partnerUserID else {
            return try await signInService.refuse(.unknownUser, in: voucher.provider.partnerID, attempt)
        }
        let subject = try await subject(voucher.provider, partnerUserID, record, values)
        let decision = try await preview(subject, spending: voucher, attempt)
        return try await page.render(decision, subject, context, attempt)
    }

    /// The token of a form; one in an address would be in histories and logs.
    private func token(_ values: FieldSet, _ request: Request) -> String? {
        guard request.fieldsInURL[ParameterName.token] == nil else { return nil }
        return values.nonEmpty(ParameterName.token)
    }

    private func voucher(_ token: String, _ attempt: Attempt) async throws -> OpenIDVoucher {
        switch try await signInService.authenticator.check(openIDToken: token, attempt: attempt) {
        case .vouched(let voucher): return voucher
        case .refused(let reason): throw SignInRefusal(reason)
        }
    }

    private func subject(
        _ provider: IdentityProvider,
        _ partnerUserID: PartnerUserID,
        _ record: PanelSubject.Record?,
        _ values: FieldSet
    ) async throws -> PanelSubject {
        var subject = PanelSubject(
            voucher: .provider(issuer: provider.issuer, audience: provider.audience),
            partnerID: provider.partnerID,
            partnerUserID: partnerUserID
        )
        subject.record = record
        if record == nil { subject.zendeskFrame = try await zendeskFrame(values, provider.partnerID) }
        return subject
    }

    private func preview(
        _ subject: PanelSubject,
        spending voucher: OpenIDVoucher,
        _ attempt: Attempt
    ) async throws -> Decision {
        let decision = try await signInService.authenticator.preview(
            subject.partnerUserID,
            in: subject.partnerID,
            by: subject.voucher.kind,
            spending: voucher.spent,
            attempt: attempt
        )
        if case .refused(.foreignOrigin) = decision { throw SignInRefusal(.foreignOrigin) }
        return decision
    }

    private func attempt(_ request: Request, _ context: WebContext) -> Attempt {
        context.attempt("panel", origin: RequestOrigin(request, own: signIn.site.ownOrigins), action: .panelShown)
    }

    // MARK: By sign-in

    private func open(
        _ request: Request,
        _ context: WebContext,
        _ fields: Result<FieldSet, FieldError>
    ) async throws -> Response {
        switch try await signIn.arrive(request, context, fields, path: Path.panel) {
        case .redirect(let response): return response
        case .nobody: return try await explain(fields, context)
        case .agent(let grant):
            guard let partnerUserID = grant.user.partnerUserID else {
                throw AnswerError.badRequest("Your user has no PartnerUserId, and the panel needs one.")
            }
            var subject = PanelSubject(
                voucher: .signIn,
                partnerID: grant.group.partnerID,
                partnerUserID: partnerUserID
            )
            subject.record = try record((try? fields.get()) ?? FieldSet())
            var response = try await page.render(.granted(grant), subject, context, attempt(request, context))
            signIn.keep(grant, request, context, on: &response)
            return response
        }
    }

    /// The page for requests without anything: an administrator trying the address, or a CRM that is not set up.
    private func explain(_ fields: Result<FieldSet, FieldError>, _ context: WebContext) async throws -> Response {
        let title = "The panel needs a token"
        var page = PageRenderer.Page(
            "error",
            title: title,
            data: [
                "title": title,
                "message": "This address was opened without one.",
                "steps": [
                    "Agents: go back to the record, and reload it.",
                    "Administrators: have the CRM post a form to this address with the field token, a token of a provider that is connected to your group, and the field visitorid.",
                ],
                "correlationID": context.correlationID.text,
            ]
        )
        page.ancestors = await signIn.claimedGroup(fields, context)?.embeddingOrigins ?? []
        return try signIn.renderer.render(page, status: .badRequest, context)
    }

    /// The record that a request names; `nil` for none.
    ///
    /// - Throws: ``AnswerError/badRequest(_:)``.
    private func record(_ values: FieldSet) throws(AnswerError) -> PanelSubject.Record? {
        let name = values.nonEmpty(ParameterName.visitorName) ?? ""
        do {
            try Provisioning.check(Visitor(name: name, email: "", phone: ""))
        } catch {
            throw .badRequest(error.message)
        }
        guard let text = values.nonEmpty(ParameterName.visitorID) else { return nil }
        guard let visitorID = SessionKey(text) else {
            throw .badRequest("A visitor id is 1 to 63 letters, digits and . _ ~ -")
        }
        return PanelSubject.Record(id: visitorID.text, customer: name.isEmpty ? "this customer" : name)
    }
}
