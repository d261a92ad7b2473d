internal import Accounts
internal import Authentication
internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird
internal import LoginKey
internal import ServiceTokens
internal import WireCodec
internal import WireProtocol

/// `/login/forgotten`, where a user asks for a link; and `/login/reset`, where it leads (`docs/passwords.md#forgotten`).
///
/// Neither is ever framed.
struct PasswordResetPages: Sendable {
    let signIn: PageSignIn
    let service: PasswordResetService

    func addRoutes(to router: Router<WebContext>) {
        let pages: [(String, HTTPRequest.Method, @Sendable (Request, WebContext, FieldSet) async throws -> Response)] =
            [
                (Path.forgottenPassword, .get, { try await ask($0, $1, $2) }),
                (Path.forgottenPassword, .post, { try await take($0, $1, $2) }),
                (Path.passwordReset, .get, { try await show($0, $1, $2) }),
                (Path.passwordReset, .post, { try await change($0, $1, $2) }),
            ]
        for (path, method, answer) in pages {
            router.on(RouterPath(path), method: method) { request, context in
                try await signIn.answering(request, context, isFramed: false) { context, fields in
                    guard case .success(let values) = fields else {
                        throw AnswerError.badRequest("The form cannot be read.")
                    }
                    return try await answer(request, context, values)
                }
            }
        }
    }

    // MARK: Asking

    private func ask(_ request: Request, _ context: WebContext, _ values: FieldSet) async throws -> Response {
        let group = await signIn.claimedGroup(.success(values), context)
        guard group?.allowsPasswords ?? true else { throw AnswerError.notFound }
        let data: [String: Any] = [
            "action": Path.forgottenPassword, "login": Path.login, "takesAddress": group != nil,
            "hidden": group.map { [["name": ParameterName.groupID, "value": $0.partnerID.text]] } ?? [],
        ]
        let page = PageRenderer.Page("forgotten", title: "Forgotten your password?", data: data)
        return try signIn.renderer.render(page, context)
    }

    private func take(_ request: Request, _ context: WebContext, _ values: FieldSet) async throws -> Response {
        try await signIn.requireOwnOrigin(request, context)
        let name = values.nonEmpty(ParameterName.username)?.trimmed ?? ""
        guard (1...255).contains(name.utf8.count) else {
            throw AnswerError.badRequest("Enter your user name or your e-mail address.")
        }
        guard signIn.signInService.mayAskForLink(context.source, at: context.time) else {
            throw AnswerError.tooManyRequests
        }
        let group = await signIn.claimedGroup(.success(values), context)
        let attempt = attempt(request, context)
        try service.take(PasswordResetService.Request(name: name, partnerID: group?.partnerID, attempt: attempt))
        let data = ["login": Path.login, "correlationID": context.correlationID.text]
        return try signIn.renderer.render(
            PageRenderer.Page("linksent", title: "Check your e-mail", data: data),
            context
        )
    }

    // MARK: The link

    private func show(_ request: Request, _ context: WebContext, _ values: FieldSet) async throws -> Response {
        let (token, context) = readToken(values, context)
        let authenticator = signIn.signInService.authenticator
        guard try await authenticator.isPasswordResetGood(token, at: context.seconds) else { return try over(context) }
        return try form(token, nil, context)
    }

    private func change(_ request: Request, _ context: WebContext, _ values: FieldSet) async throws -> Response {
        try await signIn.requireOwnOrigin(request, context)
        let (token, context) = readToken(values, context)
        let password = values[ParameterName.newPassword] ?? ""
        do throws(AccountsError) {
            try Provisioning.check(password: password)
        } catch {
            return try form(token, "A password has 8 to 49 characters.", context)
        }
        guard values[ParameterName.repeatedPassword] == password else {
            return try form(token, "The two passwords are not the same.", context)
        }
        let attempt = attempt(request, context)
        do throws(AnswerError) {
            let (user, group) = try await reset(token, password, attempt)
            service.notify(user, group, attempt)
        } catch {
            guard error == .refused else { throw error }
            return try over(context)
        }
        let page = PageRenderer.Page(
            "passwordchanged",
            title: "Your password has been changed",
            data: ["login": Path.login]
        )
        return try signIn.renderer.render(page, context)
    }

    private func reset(_ token: String, _ password: String, _ attempt: Attempt) async throws(AnswerError) -> (
        User, Group
    ) {
        try await signIn.signInService.answering(attempt) {
            let authenticator = signIn.signInService.authenticator
            switch try await authenticator.resetPassword(by: token, to: password, attempt: attempt) {
            case .changed(let user, let group): return (user, group)
            case .refused(let reason): throw SignInRefusal(reason)
            }
        }
    }

    /// The token, and the request with the correlation id of the one that it was made for.
    private func readToken(_ values: FieldSet, _ context: WebContext) -> (String, WebContext) {
        let token = values.nonEmpty(ParameterName.token) ?? ""
        let signer = signIn.signInService.authenticator.signers.passwordReset
        var context = context
        if let claims = try? signer.verify(token, at: context.seconds), let id = CorrelationID(claims.cid) {
            context.correlationID = id
        }
        return (token, context)
    }

    private func form(_ token: String, _ refusal: String?, _ context: WebContext) throws -> Response {
        var data: [String: Any] = ["token": token, "action": Path.passwordReset]
        if let refusal { data["refusal"] = ["message": refusal] }
        let page = PageRenderer.Page("newpassword", title: "Set a new password", data: data)
        return try signIn.renderer.render(page, status: refusal == nil ? .ok : .badRequest, context)
    }

    /// The page for a link that is used up, too old, not ours, or for an older password.
    private func over(_ context: WebContext) throws -> Response {
        let data: [String: Any] = [
            "title": "This link no longer works",
            "message": "It has been used, is more than 30 minutes old, or was cut off on its way.",
            "steps": ["Ask for a new link. If you have already set a new password, sign in with it."],
            "correlationID": context.correlationID.text,
            "link": ["href": Path.forgottenPassword, "text": "Ask for a new link"],
        ]
        let page = PageRenderer.Page("error", title: "This link no longer works", data: data)
        return try signIn.renderer.render(page, status: .unauthorized, context)
    }

    private func attempt(_ request: Request, _ context: WebContext) -> Attempt {
        var attempt = signIn.attempt(request, context, .own)
        (attempt.action, attempt.purpose) = (.passwordReset, "password reset")
        return attempt
    }
}

extension PageSignIn {
    /// Where the prompt sends users who have forgotten the password; `nil` if that helps nobody.
    ///
    /// From a frame it opens in its own window: the page behind it is never framed.
    func forgottenLink(for group: Group?, isFramed: Bool) -> [String: Any]? {
        guard passwordResets != nil, group?.allowsPasswords ?? true else { return nil }
        let query = group.map { "?\(ParameterName.groupID)=\($0.partnerID)" } ?? ""
        return ["href": Path.forgottenPassword + query, "isFramed": isFramed]
    }
}
