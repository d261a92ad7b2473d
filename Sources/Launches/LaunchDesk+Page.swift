package import Accounts
package import Authentication
internal import LoginKey
internal import ServiceTokens

// What the page asks that opened the URL. It was signed in when it got its token.

extension LaunchDesk {
    /// The most events that a click's progress is read from.
    private static let maximumEvents = 500

    /// What became of a launch; `nil` for a page token that is not good.
    package func progress(pageToken: String, at now: Int64) async throws(AccountsError) -> LaunchProgress? {
        guard let claims = try? authenticator.signers.launchPage.verify(pageToken, at: now),
            let correlationID = CorrelationID(claims.cid), let partnerID = try? PartnerID(parsing: claims.groupId)
        else { return nil }
        return try await progress(correlationID, SessionKey(claims.key), partnerID)
    }

    /// Connects the client that presented the ticket of this launch, and no other, to the page's user.
    ///
    /// - Parameters:
    ///   - key: The client's key, as the page was told it.
    ///   - pageToken: The page's token.
    ///   - attempt: When and from where.
    /// - Returns: Whether it is connected; `false` also if no such client has presented the ticket.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func enroll(
        _ key: ClientKey,
        pageToken: String,
        attempt: Attempt
    ) async throws(AccountsError) -> Bool {
        guard let claims = try? authenticator.signers.launchPage.verify(pageToken, at: attempt.seconds),
            let correlationID = CorrelationID(claims.cid), let partnerID = try? PartnerID(parsing: claims.groupId),
            let progress = try await progress(correlationID, nil, partnerID), progress.clientKey == key,
            let snapshot = try await authenticator.store.snapshot(
                of: .person(partnerID, User.ID(claims.sub)),
                at: attempt.seconds
            ), let user = snapshot.user, user.state == .active
        else { return false }
        try await authenticator.store.enrollClient(
            EnrolledClient(key: key, enrolledAt: attempt.seconds),
            for: user.id,
            of: partnerID,
            recording: event(.clientEnrolled, .granted, "", user, correlationID, attempt, "client key \(key)")
        )
        return true
    }

    private func progress(
        _ correlationID: CorrelationID,
        _ key: SessionKey?,
        _ partnerID: PartnerID
    ) async throws(AccountsError) -> LaunchProgress? {
        let filter = AuditFilter(correlationID: correlationID, partnerID: partnerID, limit: Self.maximumEvents)
        let events = try await authenticator.store.auditEvents(filter)
        var status: SessionStatus?
        if let key { status = try await authenticator.store.openSession(key, of: partnerID)?.status }
        return LaunchProgress(events, session: status)
    }
}
