internal import Accounts
internal import Authentication
internal import HTTPCore
internal import Hummingbird
internal import LoginKey
internal import ServiceTokens
internal import WebAuthn
internal import WireCodec
internal import WireProtocol

// Security keys at the step after a right password (`docs/passwords.md#security-keys`).

extension SecondFactorPages {
    /// The key, and not the app that was to be set up; `nil` where nobody has asked for that.
    func prefer(
        _ values: FieldSet,
        _ visit: PasswordVisit,
        _ request: Request,
        _ context: WebContext
    ) throws -> Response? {
        guard values.nonEmpty(ParameterName.aim) == PasswordVisit.Aim.securityKeyWord,
            case .enrolment(_, let replaced) = visit.step
        else { return nil }
        var response = Response(status: .seeOther, headers: [.location: Path.passwordCode])
        let changed = visit.changed(to: .securityKey(replacing: replaced))
        try signIn.stepCookie.set(changed, on: &response, for: request)
        return response
    }

    /// What a browser has sent about a security key that was used; `nil` for none.
    func assertion(_ values: FieldSet) -> Assertion? {
        guard let credentialID = Self.bytes(values, ParameterName.credentialID),
            let clientData = Self.bytes(values, ParameterName.clientData),
            let authenticatorData = Self.bytes(values, ParameterName.authenticatorData),
            let signature = Self.bytes(values, ParameterName.signature)
        else { return nil }
        return Assertion(
            credentialID: credentialID,
            clientData: clientData,
            authenticatorData: authenticatorData,
            signature: signature
        )
    }

    /// Adds what a browser has sent about a new security key.
    func addKey(
        _ values: FieldSet,
        _ visit: PasswordVisit,
        _ attempt: Attempt
    ) async throws -> (Grant, [RecoveryCode]) {
        guard let relyingParty = signIn.relyingParty else { throw AnswerError.refused }
        let registration = Registration(
            clientData: Self.bytes(values, ParameterName.clientData) ?? [],
            attestationObject: Self.bytes(values, ParameterName.attestation) ?? []
        )
        return try await signIn.signInService.addSecurityKey(
            registration,
            name: values.nonEmpty(ParameterName.securityKeyName) ?? "",
            of: visit,
            at: relyingParty,
            attempt: attempt
        )
    }

    /// Makes a page ask for one of a user's security keys.
    func offerKeys(of user: User, _ visit: PasswordVisit, on page: inout PageRenderer.Page) async throws {
        guard let relyingParty = signIn.relyingParty else { return }
        page.data["hasKey"] = true
        page.data["host"] = relyingParty.id
        page.data["challenge"] = Base64URL.text(of: visit.challenge.span)
        page.data["credentials"] = try await credentials(of: user)
        page.scripts = ["security-key.js", "sso.js"]
    }

    /// The page that adds a security key.
    func newKey(_ visit: PasswordVisit, _ user: User) async throws -> PageRenderer.Page {
        var page = PageRenderer.Page("securitykey", title: "Add a security key")
        try await offerKeys(of: user, visit, on: &page)
        page.data["handle"] = Base64URL.text(of: Array("user \(user.id)".utf8).span)
        page.data["username"] = user.username.text
        page.data["displayName"] = user.displayName
        return page
    }

    /// The names of a user's keys, with blanks between.
    private func credentials(of user: User) async throws -> String {
        guard user.hasSecurityKey else { return "" }
        let keys = try await signIn.signInService.authenticator.store.securityKeys(of: user.id)
        return keys.map { Base64URL.text(of: $0.credentialID.span) }.joined(separator: " ")
    }

    private static func bytes(_ values: FieldSet, _ name: String) -> [UInt8]? {
        values.nonEmpty(name).flatMap { Base64URL.decode(Array($0.utf8)[...]) }
    }
}
