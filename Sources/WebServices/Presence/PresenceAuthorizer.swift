package import Accounts
internal import Authentication
package import HTTPCore
internal import LoginKey
internal import ServiceTokens
package import Sessions

/// Decides which agents may see who is present: those who may join sessions by visitor id, of the group they name.
package struct PresenceAuthorizer: Sendable {
    /// The privileges that an agent needs to see presence.
    static let required: PrivilegeSet = [.joinCobrowseSessions, .keylessSessions]

    private let signInService: SignInService
    private let ownOrigins: Set<Origin>
    private let time: TimeSource
    private let random: RandomSource
    /// What one agent may connect: a connection tells whether a visitor is there (`docs/threats.md#guessing`).
    private let connects: RateLimiter

    /// Makes an authorizer.
    package init(signInService: SignInService, ownOrigins: Set<Origin>, time: TimeSource, random: RandomSource) {
        self.signInService = signInService
        self.ownOrigins = ownOrigins
        self.time = time
        self.random = random
        connects = signInService.limiter(RateLimiter.Rate(burst: 120, perSecond: 1))
    }

    /// Lets an agent in; a grant is not a separate audit event, a refusal is.
    ///
    /// - Returns: `nil` for every refusal. An access token is refused too: it has no end that a connection could have.
    /// - Throws: ``AnswerError/tooManyRequests`` or ``AnswerError/unavailable``.
    package func admit(_ credentials: AgentCredentials) async throws -> PresenceAgent? {
        let attempt = attempt(credentials)
        let grant: Grant
        do {
            grant = try await signInService.authorize(token: credentials.token, attempt: attempt)
        } catch AnswerError.refused {
            return nil
        }
        guard connects.take(grant.user.id.description, at: attempt.time) else { throw AnswerError.tooManyRequests }
        let signer = signInService.authenticator.signers.auth
        guard let claims = try? signer.verify(credentials.token, at: attempt.seconds) else {
            try await signInService.note(.invalidToken, in: grant.group.partnerID, attempt)
            return nil
        }
        return PresenceAgent(
            partnerID: grant.group.partnerID,
            userID: grant.user.id,
            root: grant.root,
            required: Self.required,
            origin: foreign(credentials.origin),
            endsAt: claims.exp
        )
    }

    private func attempt(_ credentials: AgentCredentials) -> Attempt {
        let now = time.milliseconds
        var generator = random.generator
        return Attempt(
            time: now,
            correlationID: CorrelationID(at: now, using: &generator),
            source: credentials.source,
            purpose: "presence",
            required: Self.required,
            onlyGroup: credentials.partnerID,
            origin: foreign(credentials.origin).map { .foreign($0) } ?? .own
        )
    }

    private func foreign(_ origin: Origin?) -> Origin? {
        origin.flatMap { ownOrigins.contains($0) ? nil : $0 }
    }
}
