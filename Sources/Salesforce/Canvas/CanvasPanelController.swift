internal import Accounts
internal import Authentication
internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import Pages
internal import ServiceTokens
internal import WireCodec
internal import WireProtocol

/// `POST /salesforce/canvas`: shows the panel beside a Lead, Contact or Case (`docs/protocol.md#canvas`).
struct CanvasPanelController: Sendable {
    let signInService: SignInService
    let panel: PanelPage
    let renderer: PageRenderer

    func addRoutes(to router: Router<WebContext>) {
        router.post(RouterPath(Path.canvas)) { request, context in
            try await answer(request, context)
        }
        router.get(RouterPath(Path.canvas)) { _, context in
            try explainSettings(context)
        }
    }

    /// The panel, or a refusal in the same frame.
    private func answer(_ request: Request, _ context: WebContext) async throws -> Response {
        var fields = Result<FieldSet, FieldError>.success(FieldSet())
        do {
            fields = try await request.fields()
            return try await signInService.answering(attempt(context)) { try await show(fields, context) }
        } catch {
            return try renderer.render(error, ancestors: await claimedOrigins(fields), context)
        }
    }

    /// The origins of the organisation that a request claims to be of, signed or not: its agents are to see the refusal.
    private func claimedOrigins(_ fields: Result<FieldSet, FieldError>) async -> [Origin] {
        let store = signInService.authenticator.store
        guard let signed = (try? fields.get())?.nonEmpty("signed_request").flatMap({ SignedRequest($0) }),
            let organization = try? await store.organization(signed.context.organization.organizationId),
            let group = try? await store.group(organization.partnerID)
        else { return [] }
        return group.embeddingOrigins
    }

    private func show(_ fields: Result<FieldSet, FieldError>, _ context: WebContext) async throws -> Response {
        let canvas = CanvasSignIn(signInService: signInService)
        let user = try await canvas.user(fields, self.attempt(context))
        let attempt = attempt(context)
        return try await panel.render(try await canvas.decide(on: user, attempt), subject(user), context, attempt)
    }

    private func subject(_ user: CanvasSignIn.User) -> PanelSubject {
        var subject = PanelSubject(
            voucher: .organization(user.organization.id),
            partnerID: user.organization.partnerID,
            partnerUserID: user.partnerUserID
        )
        subject.record = user.context.record.map { record in
            let type = record.type.isEmpty ? "record" : record.type.lowercased()
            return PanelSubject.Record(id: record.id, customer: "this \(type)")
        }
        subject.canvasFrame = user.frame?.targetOrigin.flatMap { Origin($0) }
            .map { PanelSubject.CanvasFrame(origin: $0, instance: user.frame?.instanceId ?? "") }
        return subject
    }

    /// Salesforce comes by GET, with `_sfdc_canvas_auth`, where the app is not set to signed requests.
    private func explainSettings(_ context: WebContext) throws -> Response {
        var page = PageRenderer.Page(
            "error",
            title: "The Canvas app is not set up yet",
            data: [
                "title": "The Canvas app is not set up yet",
                "message": "Salesforce has opened this page without a signed request.",
                "steps": [
                    "In Salesforce, set the access method of the Canvas app to Signed Request (POST).",
                    "Set its permitted users to those who are admin-approved, and approve your agents. Then reload the record.",
                ],
                "correlationID": context.correlationID.text,
            ]
        )
        page.ancestorPatterns = Self.salesforcePages
        return try renderer.render(page, status: .badRequest, context)
    }

    /// Where Salesforce shows frames; whose organisation it is, such a request does not say.
    private static let salesforcePages = [
        "https://*.salesforce.com", "https://*.force.com", "https://*.visualforce.com",
    ]

    private func attempt(_ context: WebContext) -> Attempt {
        context.attempt("salesforce panel", action: .panelShown)
    }
}
