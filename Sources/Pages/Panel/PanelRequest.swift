internal import Accounts
internal import Authentication
internal import HTTPCore
internal import Hummingbird
internal import LoginKey
internal import ServiceTokens
internal import WireCodec
internal import WireProtocol

/// What a script of a panel that we have shown asks for.
struct PanelRequest {
    let fields: FieldSet
    let claims: PanelClaims
    let partnerID: PartnerID
    let partnerUserID: PartnerUserID
    /// In seconds.
    let loginKeyLifetime: Int64

    /// The visitor to join: the one that the panel was shown for or, without one, the one that its page asked for.
    var visitorID: SessionKey? {
        SessionKey(claims.record.isEmpty ? fields.nonEmpty(ParameterName.visitorID) ?? "" : claims.record)
    }
    /// The session that the browser should open, if one was offered to the client before.
    var sessionKey: SessionKey? { fields.nonEmpty(ParameterName.sessionKey).flatMap { SessionKey($0) } }
}

extension PanelClicks {
    /// How long LoginKeys of a panel live if the CRM has no setting for it, in seconds.
    private static let usualLifetime: Int64 = 3600

    /// Reads a request of a panel; `nil` if it comes from elsewhere, or nobody vouches for its user any longer.
    func panelRequest(_ request: Request, _ context: WebContext) async throws -> PanelRequest? {
        guard RequestOrigin(request, own: page.site.ownOrigins) == .own,
            case .success(let fields) = try await request.fields(),
            let claims = try? page.signInService.authenticator.signers.panel.verify(
                fields[ParameterName.token] ?? "",
                at: context.seconds
            ),
            let partnerID = try? PartnerID(parsing: claims.groupId),
            let partnerUserID = try? PartnerUserID(parsing: claims.puid),
            let lifetime = try await loginKeyLifetime(claims.voucher, of: partnerID)
        else { return nil }
        return PanelRequest(
            fields: fields,
            claims: claims,
            partnerID: partnerID,
            partnerUserID: partnerUserID,
            loginKeyLifetime: lifetime
        )
    }

    /// How long the LoginKeys of a panel live, in seconds; `nil` if who vouched for its user is not connected to the
    /// group any more.
    private func loginKeyLifetime(
        _ voucher: PanelVoucher,
        of partnerID: PartnerID
    ) async throws(AccountsError) -> Int64? {
        let store = page.signInService.authenticator.store
        switch voucher {
        case .organization(let id):
            let organization = try await store.organization(id)
            return organization?.partnerID == partnerID ? organization?.loginKeyLifetime : nil
        case .provider(let issuer, let audience):
            let providers = try await store.identityProviders(issuer: issuer)
            let isConnected = providers.contains { $0.audience == audience && $0.partnerID == partnerID }
            return isConnected ? Self.usualLifetime : nil
        case .signIn:
            return Self.usualLifetime
        }
    }
}
