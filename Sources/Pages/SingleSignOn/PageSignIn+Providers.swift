internal import Accounts
internal import Authentication
internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import LoginKey
internal import WireCodec
internal import WireProtocol

// How pages lead to the identity providers of a group.

extension PageSignIn {
    /// A page that something leads to: one of ours, never an address from outside (`docs/threats.md#open-redirect`).
    func page(_ name: String?) -> String? {
        [Path.agentView, Path.agentJoin, Path.agentStart, Path.login, Path.getLoginKey, Path.panel].first { $0 == name }
    }

    /// The providers that a group's users sign in with, by their names.
    func providers(of group: Group?) async -> [IdentityProvider] {
        guard let group else { return [] }
        return await prompts.providers(of: group.partnerID)
    }

    /// The provider that a request names, or the only one of the group that it names.
    func provider(_ values: FieldSet, _ context: WebContext) async -> IdentityProvider? {
        let providers = await providers(of: await claimedGroup(.success(values), context))
        guard let name = values.nonEmpty(ParameterName.providerName)?.lowercased() else {
            return providers.count == 1 ? providers.first : nil
        }
        return providers.first { $0.signIn?.name.lowercased() == name }
    }

    /// The link to a provider, which carries the click on: what to show, and where it leads.
    func startLink(
        to provider: IdentityProvider,
        _ values: FieldSet,
        page: String,
        _ context: WebContext
    ) -> [String: String]? {
        guard let name = provider.signIn?.name else { return nil }
        let own = [
            (ParameterName.groupID, provider.partnerID.text), (ParameterName.providerName, name), ("page", page),
            (ParameterName.correlationID, context.correlationID.text),
        ]
        let hint = values.nonEmpty(ParameterName.providerUsername).map { [(ParameterName.providerUsername, $0)] } ?? []
        let kept = Self.kept.filter { $0 != ParameterName.groupID }
            .compactMap { name in values.nonEmpty(name).map { (name, $0) } }
        return ["name": name, "href": "\(Path.singleSignOnStart)?\(Self.query(own + hint + kept))"]
    }

    /// The query of the page that comes after a provider; without what would make it longer than a cookie has room for.
    func pageQuery(_ values: FieldSet) -> String {
        let query = Self.query(Self.kept(of: values))
        return query.utf8.count <= 1000 ? query : ""
    }

    static func query(_ pairs: [(String, String)]) -> String {
        pairs.map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
    }

    /// Sends whoever asks for single sign-on straight to the one provider that can be meant; `nil` in a frame, which no
    /// provider lets itself be shown in, and where it is not clear whom to send where.
    func goToProvider(
        _ request: Request,
        _ context: WebContext,
        _ values: FieldSet,
        page: String
    ) async -> Response? {
        guard request.method == .get, values.nonEmpty(ParameterName.singleSignOn) == "1" else { return nil }
        let destination = request.headers[.secFetchDestination]
        let isFramed = destination.map { $0 != "document" } ?? (values.nonEmpty("mode")?.lowercased() == "embedded")
        guard !isFramed, let provider = await provider(values, context),
            let href = startLink(to: provider, values, page: page, context)?["href"]
        else { return nil }
        return Response(status: .seeOther, headers: [.location: href])
    }

    /// Hands a sign-in over to the page in a frame that has opened this window, by an address with a ticket for one opening.
    func handOver(_ grant: Grant, _ values: FieldSet, page: String, _ context: WebContext) throws -> Response {
        let query = try query(keeping: values, for: grant, context, page: nil)
        var done = PageRenderer.Page(
            "ssodone",
            title: "Signed in",
            data: [
                "address": "\(page)?\(query)", "agentName": grant.user.displayName, "groupName": grant.group.name,
            ]
        )
        done.scripts = ["ssodone.js"]
        return try renderer.render(done, context)
    }

    /// Signs a user in with a token of a provider: once, and never from an address.
    func take(
        providerToken token: String,
        _ request: Request,
        _ context: WebContext,
        _ values: FieldSet,
        path: String
    ) async throws -> Response {
        guard request.method == .post, request.fieldsInURL.nonEmpty(ParameterName.providerToken) == nil else {
            throw AnswerError.badRequest("The parameter idptoken belongs in the body of a POST.")
        }
        let grant = try await signInService.signIn(openIDToken: token, attempt: attempt(request, context))
        return try await welcome(grant, request, context, values, path: path)
    }
}
