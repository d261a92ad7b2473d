internal import Accounts
internal import Authentication
internal import HTTPCore
internal import LoginKey
internal import ServiceTokens
internal import WireCodec

/// Finds out for whom Salesforce vouches in a signed request, and whether they may sign in.
struct CanvasSignIn: Sendable {
    /// A CRM user for whom Salesforce has vouched.
    struct User: Sendable {
        let organization: SalesforceOrganization
        let partnerUserID: PartnerUserID
        let context: CanvasContext
        let frame: CanvasFrame?
        fileprivate let identity: [UInt8]
    }

    let signInService: SignInService

    /// A signed request has no end of its own, so that it was used is never forgotten.
    private static let never: Int64 = 9_999_999_999

    /// Checks the signature with the secret of the organisation that the request names.
    ///
    /// For an unknown one a secret that nobody has is used, so that both cost the same.
    ///
    /// - Throws: ``SignInRefusal``; the reason is in the audit.
    func user(_ fields: Result<FieldSet, FieldError>, _ attempt: Attempt) async throws -> User {
        guard case .success(let fields) = fields,
            let text = fields.nonEmpty("signed_request"), let signed = SignedRequest(text)
        else { return try await signInService.refuse(.unreadableRequest, attempt) }
        let id = signed.context.organization.organizationId
        let organization = try await signInService.authenticator.store.organization(id)
        let isSigned = signed.isSigned(with: organization?.consumerSecret ?? attempt.correlationID.text)
        guard let organization, isSigned else { return try await signInService.refuse(.signatureMismatch, attempt) }
        guard let value = signed.context.value(of: organization.userField),
            let partnerUserID = try? PartnerUserID(parsing: value)
        else { return try await signInService.refuse(.unknownUser, attempt) }
        return User(
            organization: organization,
            partnerUserID: partnerUserID,
            context: signed.context,
            frame: signed.frame,
            identity: signed.identity
        )
    }

    /// Uses the signed request up, for 120 seconds from its first use, and decides on its user.
    func decide(on user: User, _ attempt: Attempt) async throws -> Decision {
        let spent = SpentCredential(identity: user.identity, window: UsePolicy.windowSeconds, forgetAt: Self.never)
        return try await signInService.authenticator.preview(
            user.partnerUserID,
            in: user.organization.partnerID,
            by: PanelVoucher.organization(user.organization.id).kind,
            spending: spent,
            attempt: attempt
        )
    }
}
