package import Accounts
package import Authentication
package import HTTPCore
internal import LoginKey
internal import ServiceTokens
internal import WireProtocol

/// What `Authorize` does, whichever way a request came: the attempt that it is, and the answer to a grant.
package struct AuthorizeService: Sendable {
    /// Who decides.
    package let signInService: SignInService
    /// The origins of our own pages.
    package let ownOrigins: Set<Origin>

    /// Makes the service.
    package init(signInService: SignInService, ownOrigins: Set<Origin>) {
        self.signInService = signInService
        self.ownOrigins = ownOrigins
    }

    /// Which pages of other origins may read the answer.
    package var crossOrigin: CrossOrigin { CrossOrigin(ownOrigins: ownOrigins) }

    /// The circumstances of a request.
    package func attempt(
        for asked: AuthorizeRequest,
        from origin: RequestOrigin,
        source: String,
        correlationID: CorrelationID,
        at time: Int64
    ) -> Attempt {
        Attempt(
            time: time,
            correlationID: correlationID,
            source: source,
            purpose: asked.service.rawValue,
            required: asked.service == .client ? [.desktopClient] : [],
            onlyGroup: asked.groupID,
            origin: origin,
            isFromURL: asked.service == .client,
            loginKeyPurpose: asked.loginKeyPurpose
        )
    }

    /// The body that a grant is answered with.
    package func answer(_ grant: Grant, _ asked: AuthorizeRequest, _ attempt: Attempt) -> [UInt8] {
        let signers = signInService.authenticator.signers
        let claims = AuthClaims(
            grant,
            service: asked.service.rawValue,
            correlationID: grant.correlationID ?? attempt.correlationID,
            issuedAt: attempt.seconds,
            lifetime: asked.minutes * 60
        )
        let answer = AuthorizeAnswer(
            grant: grant,
            service: asked.service,
            token: signers.auth.signedBytes(claims),
            tokenExpires: claims.exp,
            sessionID: signers.sessionID.issue(for: grant, at: attempt.seconds)
        )
        return answer.body
    }
}
