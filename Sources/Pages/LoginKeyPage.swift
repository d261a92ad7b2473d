internal import Accounts
internal import Authentication
internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import LoginKey
internal import WireCodec
internal import WireProtocol

/// `/account/GetLoginKey.aspx`: signs a user in and gives them their own LoginKey
/// (`docs/protocol.md#get-login-key`).
///
/// As text, `partnerid=<n>&partneruserid=<puid>~<loginkey>`; with `mode=embedded&fmt=html` as a page that posts it to
/// the embedding page, if that is of one of the group's origins; with `test=11` as a page that says who is signed in and
/// makes no key.
struct LoginKeyPage: Sendable {
    let signIn: PageSignIn

    func addRoutes(to router: Router<WebContext>) {
        signIn.addPage(at: Path.getLoginKey, to: router, show)
    }

    private func show(
        _ request: Request,
        _ context: WebContext,
        _ fields: Result<FieldSet, FieldError>
    ) async throws -> Response {
        let values = (try? fields.get()) ?? FieldSet()
        if let token = values.nonEmpty(ParameterName.providerToken) {
            return try await signIn.take(providerToken: token, request, context, values, path: Path.getLoginKey)
        }
        switch try await signIn.arrive(request, context, fields, path: Path.getLoginKey) {
        case .redirect(let response): return response
        case .nobody:
            if let answer = await signIn.goToProvider(request, context, values, page: Path.getLoginKey) {
                return answer
            }
            return try await signIn.login(context, fields, path: Path.getLoginKey)
        case .agent(let grant):
            var context = context
            // Everything from here on has the id of the click.
            context.correlationID = grant.correlationID ?? context.correlationID
            if values.nonEmpty("test") != nil { return try diagnosis(grant, context) }
            if let clean = await addressWithoutTicket(request, context, values, grant) { return clean }
            do {
                return try await answer(grant, values, context)
            } catch {
                return try signIn.renderer.render(error, ancestors: grant.group.embeddingOrigins, context)
            }
        }
    }

    /// Where a browser that has kept the cookie comes again without its spent ticket: a text has no script that takes that
    /// out of the address.
    ///
    /// `nil` for all others, and for those who came without a ticket.
    private func addressWithoutTicket(
        _ request: Request,
        _ context: WebContext,
        _ values: FieldSet,
        _ grant: Grant
    ) async -> Response? {
        guard values.nonEmpty(ParameterName.ticket) != nil, !Self.isEmbedded(values),
            await signIn.current(request, context)?.user.id == grant.user.id
        else { return nil }
        let query = PageSignIn.query(PageSignIn.kept(of: values))
        return Response(status: .seeOther, headers: [.location: "\(Path.getLoginKey)?\(query)"])
    }

    /// Whether a page that passes the key on is wanted, instead of a text.
    private static func isEmbedded(_ values: FieldSet) -> Bool {
        values.nonEmpty("mode")?.lowercased() == "embedded" || values.nonEmpty("fmt")?.lowercased() == "html"
    }

    private func answer(_ grant: Grant, _ values: FieldSet, _ context: WebContext) async throws -> Response {
        let attempt = context.attempt("GetLoginKey")
        let loginKey = try await signIn.signInService.answering(attempt) {
            try await signIn.signInService.authenticator.issueLoginKey(for: grant, attempt: attempt).get()
        }
        let partnerUserID = grant.user.partnerUserID?.text ?? ""
        func text(_ puid: String) -> String {
            "partnerid=\(grant.group.partnerID)&partneruserid=\(puid)~\(loginKey.text)"
        }
        guard Self.isEmbedded(values) else {
            return Response(
                status: .ok,
                headers: [.contentType: "text/plain; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text(PercentEncoding.encode(partnerUserID))))
            )
        }
        // Scripts use what they are posted without decoding it.
        return try embedded(text(partnerUserID), grant, context)
    }

    /// The page that gives the key to the page around it.
    private func embedded(_ text: String, _ grant: Grant, _ context: WebContext) throws -> Response {
        var page = PageRenderer.Page(
            "loginkey",
            title: "Signed in",
            data: [
                "loginKey": text, "agentName": grant.user.displayName, "groupName": grant.group.name,
                "origins": grant.group.embeddingOrigins.map(\.text).joined(separator: " "),
            ]
        )
        page.scripts = ["loginkey.js"]
        return try signIn.renderer.render(page, for: grant, context)
    }

    private func diagnosis(_ grant: Grant, _ context: WebContext) throws -> Response {
        let page = PageRenderer.Page(
            "loginkeytest",
            title: "Sign-in test",
            data: [
                "agentName": grant.user.displayName, "username": grant.user.username.text,
                "groupName": grant.group.name, "groupID": grant.group.partnerID.text,
                "partnerUserID": grant.user.partnerUserID?.text ?? "",
                "hasPartnerUserID": grant.user.partnerUserID != nil,
                "origins": grant.group.embeddingOrigins.map(\.text), "correlationID": context.correlationID.text,
            ]
        )
        return try signIn.renderer.render(page, for: grant, context)
    }
}
