internal import Accounts
internal import Authentication
internal import HTTPCore
internal import Hummingbird
internal import LoginKey
internal import ServiceTokens
internal import WireCodec

// Whether the customer of the record is on the page now: the panel's script watches, and the Join button lights up.

extension PanelController {
    /// How long a token for presence lives, in seconds; an open panel renews it.
    private static let presenceLifetime: Int64 = 2 * 3600

    /// What the page needs to watch; empty for an agent who may not join by visitor id, or a record whose id cannot be a visitor id.
    func watch(_ grant: Grant, record: String?, _ context: WebContext) throws -> [String: Any] {
        guard grant.privileges.isSuperset(of: PanelAction.join.required),
            let visitorID = record.flatMap({ SessionKey($0) })
        else { return ["watches": false] }
        return [
            "watches": true,
            "presenceToken": try presenceToken(grant, context),
            "groupID": grant.group.partnerID.text,
            "visitorID": visitorID.text,
        ]
    }

    /// Answers a panel that has been open for longer than its token lives.
    func renewPresence(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let asked = try await panelRequest(request, context) else {
            return try await refuse(.invalidToken, attempt(context, .panelShown))
        }
        let decision = try await signInService.authenticator.preview(
            asked.partnerUserID,
            in: asked.organization.partnerID,
            attempt: attempt(context, .panelShown, PanelAction.join.required)
        )
        guard let grant = decision.grant else { throw AnswerError.refused }
        let token = try presenceToken(grant, context)
        return .json(JSONWriter.object(capacity: 1024) { $0.member("token", token) })
    }

    private func presenceToken(_ grant: Grant, _ context: WebContext) throws -> String {
        let claims = AuthClaims(
            grant,
            service: "presence",
            correlationID: context.correlationID,
            issuedAt: context.seconds,
            lifetime: Self.presenceLifetime
        )
        return signInService.authenticator.signers.auth.sign(claims)
    }
}
