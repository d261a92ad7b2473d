internal import Accounts
internal import Authentication
internal import HTTPCore
internal import Hummingbird
internal import LoginKey
internal import ServiceTokens
internal import WireCodec
internal import WireProtocol

// What a user has in addition to the password, and how it is changed.

extension SecondFactorPages {
    func overview(
        _ request: Request,
        _ context: WebContext,
        _ fields: Result<FieldSet, FieldError>
    ) async throws -> Response {
        switch try await signIn.arrive(request, context, fields, path: Path.secondFactor) {
        case .redirect(let response): return response
        case .nobody: return try await signIn.login(context, fields, path: Path.secondFactor, isFramed: false)
        case .agent(let grant): return try await overview(grant, context)
        }
    }

    private func overview(_ grant: Grant, _ context: WebContext) async throws -> Response {
        let user = grant.user
        let store = signIn.signInService.authenticator.store
        let left = try await store.recoveryCodesLeft(of: user)
        let factor = try await store.secondFactor(of: user.id, in: user.partnerID)
        let keys = try await user.hasSecurityKey ? store.securityKeys(of: user.id) : []
        let data: [String: Any] = [
            "agentName": user.displayName, "username": user.username.text, "action": Path.secondFactor,
            "hasPassword": grant.group.allowsPasswords && user.passwordHash != nil,
            "isSetUp": left != nil, "hasApp": factor?.hasApp == true, "left": "\(left ?? 0)",
            "hasKeys": !keys.isEmpty, "keys": keys.map(row),
            "takesKeys": signIn.relyingParty != nil && keys.count < SecurityKey.maximumCount,
        ]
        return try signIn.renderer.render(
            PageRenderer.Page("secondfactor", title: "Second factor", data: data),
            context
        )
    }

    private func row(_ key: SecurityKey) -> [String: String] {
        [
            "number": "\(key.id)", "name": key.name, "added": Self.day(key.createdAt),
            "used": key.lastUsedAt.map { "last used on \(Self.day($0))" } ?? "not used yet",
        ]
    }

    private static func day(_ seconds: Int64) -> String {
        String(UTCTime(seconds: seconds).text.prefix(10))
    }
}
