internal import Accounts
internal import Authentication
internal import FoundationEssentials
internal import HTTPCore
internal import Hummingbird
internal import LoginKey
internal import ServiceTokens
internal import WireCodec
internal import WireProtocol

// `/sso/saml/<group>/<provider>`: what a SAML provider reads about us, and where it sends browsers back to.

extension SingleSignOnPages {
    /// A response of 48 KiB in Base64, escaped as a form does.
    private static let maximumBodyBytes = 96 * 1024

    func addSAMLRoutes(to router: Router<WebContext>) {
        let path = RouterPath(Path.singleSignOnSAML + "/:group/:provider")
        router.get(path) { request, context in
            try await signIn.answering(request, context, isFramed: false) { context, _ in try await metadata(context) }
        }
        router.post(path) { request, context in
            try await signIn.answering(request, context, isFramed: false, limit: Self.maximumBodyBytes) {
                try await finishSAML(request, $0, $1)
            }
        }
    }

    func samlAddress(_ partnerID: PartnerID, _ callbackName: String) -> String {
        "\(signIn.site.publicURL)\(Path.singleSignOnSAML)/\(partnerID)/\(callbackName)"
    }

    /// The group and the provider that the address names.
    private func named(_ context: WebContext) throws -> (PartnerID, String) {
        guard let group = context.parameters.get("group").flatMap({ try? PartnerID(parsing: $0) }),
            let provider = context.parameters.get("provider")
        else { throw AnswerError.notFound }
        return (group, provider.lowercased())
    }

    private func metadata(_ context: WebContext) async throws -> Response {
        let (partnerID, name) = try named(context)
        let service = signIn.signInService
        let group = try await service.group(partnerID, askedBy: context.source, at: context.time)
        let provider = await signIn.providers(of: group).first { $0.callbackName == name }
        let document = provider.flatMap {
            SAMLMetadata.document(for: $0, ownAddress: samlAddress(partnerID, name))
        }
        guard let document else { throw AnswerError.notFound }
        return .xml(Array(document.utf8))
    }

    private func finishSAML(
        _ request: Request,
        _ context: WebContext,
        _ fields: Result<FieldSet, FieldError>
    ) async throws -> Response {
        let (partnerID, name) = try named(context)
        guard case .success(let values) = fields else {
            throw await signIn.refusal(.unreadableRequest, request, context)
        }
        var context = context
        let state = values.nonEmpty("relaystate") ?? ""
        let visit = cookie(isPosted: true).read(request, state: state)
        if let click = visit.flatMap({ CorrelationID($0.click) }) { context.correlationID = click }
        let answer = SAMLAnswer(
            visit: visit,
            partnerID: partnerID,
            callbackName: name,
            ownAddress: samlAddress(partnerID, name),
            response: Self.response(values)
        )
        var response = try await finish(answer, relayState: state, request, context)
        if visit != nil { cookie(isPosted: true).clear(state: state, on: &response) }
        return response
    }

    /// The XML; empty for none.
    private static func response(_ values: FieldSet) -> [UInt8] {
        let text = (values.nonEmpty("samlresponse") ?? "").filter { !$0.isWhitespace }
        return Data(base64Encoded: text).map(Array.init) ?? []
    }

    private func finish(
        _ answer: SAMLAnswer,
        relayState: String,
        _ request: Request,
        _ context: WebContext
    ) async throws -> Response {
        do {
            // A visit is bound to this browser; without one, the group has agreed that the provider may begin.
            let attempt = signIn.attempt(request, context, .own)
            let grant = try await signIn.signInService.signIn(answer, attempt: attempt)
            if let visit = answer.visit { return try await welcome(grant, from: visit, request, context) }
            let (path, values) = ownPage(relayState)
            return try await signIn.welcome(grant, request, context, values, path: path)
        } catch {
            return try refusal(AnswerError(error), context)
        }
    }

    /// The page of ours that a provider wants opened, with its parameters; the login page for any other
    /// (`docs/threats.md#open-redirect`).
    private func ownPage(_ relayState: String) -> (path: String, values: FieldSet) {
        let parts = relayState.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        var values = FieldSet()
        guard let path = signIn.page(parts.first) else { return (Path.login, values) }
        if parts.count == 2, parts[1].utf8.count <= 1000 { try? values.add(query: parts[1]) }
        return (path, values)
    }
}
