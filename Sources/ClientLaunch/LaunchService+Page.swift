package import Accounts
package import Authentication
internal import LoginKey
internal import ServiceTokens

// What the page asks that opened the URL. It was signed in when it got its token.

extension LaunchService {
    /// The most events that a click's progress is read from.
    private static let maximumEvents = 500

    /// What became of a launch; `nil` for a page token that is not good.
    package func progress(pageToken: String, at now: Int64) async throws(AccountsError) -> LaunchProgress? {
        guard let page = try await page(pageToken, at: now) else { return nil }
        return try await progress(page)
    }

    /// Connects the client that presented the ticket of this launch, and no other, to the page's user.
    ///
    /// - Parameters:
    ///   - key: The client's key, as the page was told it.
    ///   - pageToken: The page's token.
    ///   - attempt: When and from where.
    /// - Returns: Whether it is connected; `false` also if no such client has presented the ticket, or the page has
    ///   connected it before.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func enroll(
        _ key: ClientKey,
        pageToken: String,
        attempt: Attempt
    ) async throws(AccountsError) -> Bool {
        guard let page = try await page(pageToken, at: attempt.seconds), page.user.state == .active,
            page.privileges.contains(.desktopClient)
        else { return false }
        let progress = try await progress(page)
        guard progress.state == .notEnrolled, progress.clientKey == key else { return false }
        let detail = "client key \(key) by \(Authenticator.launchMark(page.claims.launch))"
        try await authenticator.store.enrollClient(
            EnrolledClient(key: key, enrolledAt: attempt.seconds),
            for: page.user.id,
            of: page.user.partnerID,
            recording: event(.clientEnrolled, .granted, "", page.user, page.correlationID, attempt, detail)
        )
        return true
    }

    /// A page that has opened a URL.
    private struct LaunchPage {
        let claims: LaunchPageClaims
        let correlationID: CorrelationID
        let user: User
        let privileges: PrivilegeSet
    }

    private func page(_ token: String, at now: Int64) async throws(AccountsError) -> LaunchPage? {
        guard let claims = try? authenticator.signers.launchPage.verify(token, at: now),
            let correlationID = CorrelationID(claims.cid), let partnerID = try? PartnerID(parsing: claims.groupId),
            let snapshot = try await authenticator.store.snapshot(of: .person(partnerID, User.ID(claims.sub)), at: now),
            let user = snapshot.user, snapshot.trusts(claims.apiKeyID)
        else { return nil }
        return LaunchPage(
            claims: claims,
            correlationID: correlationID,
            user: user,
            privileges: snapshot.effectivePrivileges
        )
    }

    private func progress(_ page: LaunchPage) async throws(AccountsError) -> LaunchProgress {
        let partnerID = page.user.partnerID
        let filter = AuditFilter(correlationID: page.correlationID, partnerID: partnerID, limit: Self.maximumEvents)
        let events = try await authenticator.store.auditEvents(filter)
        var status: SessionStatus?
        if let key = SessionKey(page.claims.key) {
            status = try await authenticator.store.openSession(key, of: partnerID)?.status
        }
        return LaunchProgress(
            events,
            mark: Authenticator.launchMark(page.claims.launch),
            user: page.user.partnerUserID?.text ?? page.user.username.text,
            session: status
        )
    }
}
