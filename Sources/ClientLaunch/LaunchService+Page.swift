package import Accounts
package import Authentication
internal import LoginKey
internal import ServiceLifecycle
internal import ServiceTokens
package import WireProtocol

// What the page asks that opened the URL. It was signed in when it got its token.

extension LaunchService {
    /// What became of a launch.
    ///
    /// - Parameters:
    ///   - pageToken: The page's token.
    ///   - known: What the page knows already; it is answered once that has changed. `nil` to be answered at once.
    ///   - now: Unix time in seconds.
    /// - Returns: The progress, the known one after ``longPoll`` or when the server stops; `nil` for a page token that is
    ///   not good.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func progress(
        pageToken: String,
        after known: LaunchReport.State?,
        at now: Int64
    ) async throws(AccountsError) -> LaunchProgress? {
        guard let page = try await page(pageToken, at: now) else { return nil }
        let end = ContinuousClock.now + Self.longPoll
        var pause = Self.shortestPause
        var progress = try await progress(page)
        // Another process may have written the change: the store is asked, not the one that this process wrote to.
        while let current = progress, current.state == known, .now < end, !Task.isCancelled,
            !Task.isShuttingDownGracefully
        {
            try? await cancelWhenGracefulShutdown { [pause] in try await Task.sleep(for: pause) }
            pause = min(pause * 1.25, Self.longestPause)
            progress = try await self.progress(page)
        }
        return progress
    }

    /// How long a page waits for a change.
    private static let longPoll = Duration.seconds(20)
    /// How soon a change is seen: soon after the click, later within a second.
    private static let (shortestPause, longestPause) = (Duration.milliseconds(100), Duration.seconds(1))

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
        let launch = try await authenticator.store.launch(page.launch, of: page.user.partnerID)
        guard launch?.state == .notEnrolled, launch?.clientKey == key else { return false }
        let detail = "client key \(key) by launch ticket \(page.launch)"
        try await authenticator.store.enrollClient(
            EnrolledClient(key: key, enrolledAt: attempt.seconds),
            for: page.user.id,
            of: page.user.partnerID,
            launch: page.launch,
            recording: event(.clientEnrolled, .granted, "", page.user, page.correlationID, attempt, detail)
        )
        return true
    }

    /// A page that has opened a URL.
    private struct LaunchPage {
        let launch: CorrelationID
        let correlationID: CorrelationID
        let user: User
        let privileges: PrivilegeSet
    }

    private func page(_ token: String, at now: Int64) async throws(AccountsError) -> LaunchPage? {
        guard let claims = try? authenticator.signers.launchPage.verify(token, at: now),
            let launch = CorrelationID(claims.launch), let correlationID = CorrelationID(claims.cid),
            let partnerID = try? PartnerID(parsing: claims.groupId),
            let snapshot = try await authenticator.store.snapshot(of: .person(partnerID, User.ID(claims.sub)), at: now),
            let user = snapshot.user, snapshot.trusts(claims.root)
        else { return nil }
        return LaunchPage(
            launch: launch,
            correlationID: correlationID,
            user: user,
            privileges: snapshot.effectivePrivileges
        )
    }

    private func progress(_ page: LaunchPage) async throws(AccountsError) -> LaunchProgress? {
        let (store, partnerID) = (authenticator.store, page.user.partnerID)
        guard let launch = try await store.launch(page.launch, of: partnerID) else { return nil }
        guard launch.state == .connected else { return LaunchProgress(launch, session: nil) }
        let session = try await store.openSession(launch.sessionKey, of: partnerID)
        return LaunchProgress(launch, session: session?.status)
    }
}
