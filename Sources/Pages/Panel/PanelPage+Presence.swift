internal import Accounts
internal import Authentication
internal import HTTPCore
internal import LoginKey
internal import ServiceTokens
internal import WireProtocol

// Whether the customer of the record is on the page now: the panel's script watches, and the Join button lights up.

extension PanelPage {
    /// How long a token for presence lives, in seconds; an open panel renews it.
    private static let presenceLifetime: Int64 = 2 * 3600

    /// What the page needs to watch; empty for an agent who may not join by visitor id, or a record whose id cannot be a visitor id.
    func watch(_ grant: Grant, _ subject: PanelSubject, _ context: WebContext) -> [String: Any] {
        let visitorID = subject.record.flatMap { SessionKey($0.id) }
        guard grant.privileges.isSuperset(of: PanelAction.join.required),
            visitorID != nil || subject.zendeskFrame != nil
        else { return ["watches": false] }
        return [
            "watches": true,
            "presenceToken": presenceToken(grant, context),
            "groupID": grant.group.partnerID.text,
            "visitorID": visitorID?.text ?? "",
        ]
    }

    /// Lets the panel of a signed-in agent watch.
    func presenceToken(_ grant: Grant, _ context: WebContext) -> String {
        let claims = AuthClaims(
            grant,
            service: TokenService.presence.rawValue,
            correlationID: context.correlationID,
            issuedAt: context.seconds,
            lifetime: Self.presenceLifetime
        )
        return signInService.authenticator.signers.auth.sign(claims)
    }
}
