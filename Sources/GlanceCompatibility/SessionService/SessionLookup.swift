internal import Accounts
internal import Authentication
internal import HTTPCore
internal import LoginKey
internal import ServiceTokens
internal import Sessions
internal import WireCodec
internal import WireProtocol

/// Finds sessions for agents who are not signed in yet.
struct SessionLookup: Sendable {
    let signInService: SignInService
    let links: SessionLinks

    private var store: any SessionStore & LaunchStore & AuditStore { signInService.authenticator.store }

    /// An open session of the agent's group.
    struct Match: Sendable {
        let session: SessionRecord
        let grant: Grant
    }

    /// Finds the session of a key or visitor id.
    ///
    /// - Parameters:
    ///   - call: The call, with an agent's credentials and `ssnkey`.
    ///   - kinds: What the two sides may be doing in it.
    ///   - purpose: What the audit calls it.
    /// - Returns: `nil` if there is no such session for the agent, or it has not started.
    /// - Throws: ``AnswerError``; ``AnswerError/tooManyRequests`` also for somebody who tries keys out
    ///   (`docs/threats.md#guessing`).
    func find(
        _ call: ServiceCall,
        kinds: Set<SessionRecord.Kind>,
        purpose: String
    ) async throws -> Match? {
        let typed = call.fields[ParameterName.sessionServiceKey] ?? ""
        _ = try Self.keys(typed)
        let attempt = call.attempt(purpose, [.joinCobrowseSessions], command: .join)
        let grant = try await signInService.signIn(.success(call.fields), attempt: attempt)
        guard signInService.guesses.take(grant.rateLimitKey, at: call.context.time) else {
            throw AnswerError.tooManyRequests
        }
        let partnerID = grant.group.partnerID
        guard let key = try await signInService.authenticator.store.sessionKey(typed: typed, of: partnerID),
            let session = try await store.openSession(key, of: partnerID), kinds.contains(session.kind),
            !session.isStale(at: call.context.seconds)
        else { return nil }
        guard !session.isKeyless || grant.privileges.contains(.keylessSessions) else {
            try await refuse(session, grant, attempt)
            return nil
        }
        signInService.guesses.giveBack(grant.rateLimitKey)
        return Match(session: session, grant: grant)
    }

    /// The open sessions that the agent is in; the one of `ssnkey`, if that is not empty.
    func sessions(_ call: ServiceCall, purpose: String) async throws -> [SessionRecord] {
        let keys = try call.fields.nonEmpty(ParameterName.sessionServiceKey).map(Self.keys)
        let attempt = call.attempt(purpose, command: .list)
        let grant = try await signInService.signIn(.success(call.fields), attempt: attempt)
        let query = SessionQuery(agent: grant.actor, isOpen: true)
        return try await store.sessions(matching: query, of: grant.group.partnerID)
            .filter { !$0.isStale(at: call.context.seconds) && (keys?.contains($0.key) ?? true) }
    }

    /// What may be meant, of which there is at least one.
    private static func keys(_ typed: String) throws(AnswerError) -> [SessionKey] {
        let keys = SessionKey.candidates(typed: typed)
        guard !keys.isEmpty else {
            throw .badRequest("ssnkey is a session key or visitor id: 1 to 63 letters, digits and . _ ~ -")
        }
        return keys
    }

    /// Writes down that an agent may not join by visitor id.
    private func refuse(_ session: SessionRecord, _ grant: Grant, _ attempt: Attempt) async throws {
        let event = AuditEvent(
            time: attempt.time,
            correlationID: attempt.correlationID,
            partnerID: grant.group.partnerID,
            actor: grant.actor,
            action: .sessionRequested,
            outcome: .refused,
            reason: RefusalReason.missingPrivilege.description,
            source: attempt.source,
            detail: "\(attempt.purpose), session key \(session.key)"
        )
        let launch = LaunchUpdate.Target.click(attempt.correlationID, grant.user.id)
        try await store.updateLaunches(LaunchUpdate(.refused, of: launch, in: grant.group.partnerID), recording: event)
    }
}
