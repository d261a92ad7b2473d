internal import Accounts
internal import Authentication
internal import HTTPCore
internal import Hummingbird
internal import LoginKey
internal import ServiceTokens
internal import WireCodec
internal import WireProtocol

// What the step behind a right password shows.

extension SecondFactorPages {
    /// The page of a step.
    func form(_ visit: PasswordVisit, isRefused: Bool, _ context: WebContext) async throws -> Response {
        let store = signIn.signInService.authenticator.store
        let reference = AccountReference.person(try PartnerID(parsing: visit.groupID), User.ID(visit.userID))
        guard let snapshot = try await store.snapshot(of: reference, at: context.seconds), let user = snapshot.user
        else { return try over(context) }
        var page =
            switch visit.step {
            case .code: try await code(visit, user, snapshot.group)
            case .enrolment(let secret, _): try enrolment(secret, user)
            case .securityKey: try await newKey(visit, user)
            }
        page.data["state"] = visit.id
        page.data["action"] = Path.passwordCode
        page.data["login"] = Path.login
        page.data["window"] = "\(visit.page)?\(visit.query.isEmpty ? "groupid=\(visit.groupID)" : visit.query)"
        if isRefused { page.data["refusal"] = ["correlationID": visit.click] }
        page.ancestors = ancestors(of: visit, snapshot.group)
        return try signIn.renderer.render(page, status: isRefused ? .unauthorized : .ok, context)
    }

    private func code(_ visit: PasswordVisit, _ user: User, _ group: Group) async throws -> PageRenderer.Page {
        let store = signIn.signInService.authenticator.store
        let factor = try await store.secondFactor(of: user.id, in: user.partnerID)
        let isBound = group.securityKeys.binds(user) && user.hasSecurityKey
        var page = PageRenderer.Page("code", title: "Enter a code")
        page.data["takesCodes"] = factor?.hasApp == true && !isBound
        guard user.hasSecurityKey else { return page }
        page.title = "Use your security key"
        try await offerKeys(of: user, visit, on: &page)
        return page
    }

    private func enrolment(_ secret: String, _ user: User) throws -> PageRenderer.Page {
        guard let codes = OneTimeCodes(secret) else { throw AnswerError.refused }
        let data: [String: Any] = [
            "secret": spaced(codes.text), "address": codes.address(issuer: issuer, account: user.username.text),
            "takesKeys": signIn.relyingParty != nil, "aim": PasswordVisit.Aim.securityKeyWord,
        ]
        return PageRenderer.Page("enrolment", title: "Set up a second factor", data: data)
    }

    /// The page where a step is over, or its cookie did not come back.
    func over(_ context: WebContext) throws -> Response {
        let data: [String: Any] = [
            "title": "Sign in again", "message": "This step is over, or the browser did not send its cookie.",
            "steps": ["Sign in with your password once more; you have five minutes for the next step."],
            "correlationID": context.correlationID.text, "link": ["href": Path.login, "text": "Back to the sign-in"],
        ]
        let page = PageRenderer.Page("error", title: "Sign in again", data: data)
        return try signIn.renderer.render(page, status: .unauthorized, context)
    }

    /// The sign-in page is never framed, and neither is what follows it.
    func ancestors(of visit: PasswordVisit, _ group: Group) -> [Origin] {
        [Path.login, Path.secondFactor].contains(visit.page) ? [] : group.embeddingOrigins
    }

    /// What apps call this installation: our name and the host's, without its port.
    private var issuer: String {
        "Latchkey \(signIn.site.publicURL.host)"
    }

    private func spaced(_ text: String) -> String {
        let characters = Array(text)
        return stride(from: 0, to: characters.count, by: 4)
            .map { String(characters[$0..<min($0 + 4, characters.count)]) }
            .joined(separator: " ")
    }
}
