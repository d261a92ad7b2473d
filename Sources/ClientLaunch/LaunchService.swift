package import Accounts
package import Authentication
internal import LoginKey
package import ProtocolURL
internal import ServiceTokens

/// Gives pages the URLs that open the client, and tells them what became of each.
///
/// What became of a launch is a ``LaunchRecord``, written together with the audit events that it goes back to.
package struct LaunchService: Sendable {
    let authenticator: Authenticator
    let random: RandomSource
    private let webServer: WebServerName

    /// Makes the service.
    ///
    /// - Parameters:
    ///   - authenticator: Who signs tickets and keeps the store.
    ///   - webServer: The name under which clients know this installation.
    ///   - random: Where tickets get their ids from.
    package init(authenticator: Authenticator, webServer: WebServerName, random: RandomSource) {
        self.authenticator = authenticator
        self.webServer = webServer
        self.random = random
    }

    /// What the agent is going to do in the client.
    package enum LaunchTarget: Sendable {
        /// Join the session with this key, or wait for it.
        case join(SessionKey)
        /// Start a session with this key, or with a random one.
        case start(SessionKey?)
    }

    /// A way into the client.
    package struct Offer: Sendable {
        /// The URL for the operating system; it holds a ticket.
        package let url: ProtocolURL
        /// Lets the page ask what became of it.
        package let pageToken: String
        /// The session's key: the browser can be used in the client's place.
        package let sessionKey: SessionKey
        /// The click.
        package let correlationID: CorrelationID
    }

    /// Makes a URL with a new ticket for an agent who may use the client, and writes down that a page got it.
    ///
    /// - Parameters:
    ///   - grant: The agent.
    ///   - target: What the agent wants to do.
    ///   - attempt: The click.
    /// - Returns: The URL and what belongs to it.
    /// - Throws: ``AccountsError``.
    package func offer(
        to grant: Grant,
        for target: LaunchTarget,
        attempt: Attempt
    ) async throws(AccountsError) -> Offer {
        let (command, key) = protocolCommand(for: target)
        let id = random.correlationID()
        let page = pageClaims(id, of: grant, key, attempt)
        guard let url = url(command, key, ticketClaims(id, of: grant, attempt), in: grant.user.partnerID),
            let pageToken = try? authenticator.signers.launchPage.sign(page)
        else { throw AccountsError(code: .invalidField, message: "the session key does not fit into a URL") }
        let launch = record(id, of: grant, key, attempt, forgetAt: page.exp)
        let detail = "\(attempt.purpose), session key \(key)"
        let event = event(.launchOffered, .granted, "", grant.user, attempt.correlationID, attempt, detail)
        try await authenticator.store.createLaunch(launch, recording: event)
        return Offer(url: url, pageToken: pageToken, sessionKey: key, correlationID: attempt.correlationID)
    }
}

// MARK: What an offer consists of

extension LaunchService {
    private func protocolCommand(for target: LaunchTarget) -> (ProtocolURL.Command, SessionKey) {
        var generator = random.generator
        return switch target {
        case .join(let key): (.agentjoin, key)
        case .start(let key): (.startssn, key ?? SessionKey.random(using: &generator))
        }
    }

    private func ticketClaims(_ id: CorrelationID, of grant: Grant, _ attempt: Attempt) -> LaunchTicketClaims {
        LaunchTicketClaims(
            id: id,
            userID: grant.user.id,
            partnerID: grant.user.partnerID,
            root: grant.root,
            correlationID: attempt.correlationID,
            issuedAt: attempt.seconds
        )
    }

    private func pageClaims(
        _ id: CorrelationID,
        of grant: Grant,
        _ key: SessionKey,
        _ attempt: Attempt
    ) -> LaunchPageClaims {
        LaunchPageClaims(
            launch: id,
            userID: grant.user.id,
            partnerID: grant.user.partnerID,
            root: grant.root,
            sessionKey: key,
            correlationID: attempt.correlationID,
            issuedAt: attempt.seconds
        )
    }

    private func url(
        _ command: ProtocolURL.Command,
        _ key: SessionKey,
        _ claims: LaunchTicketClaims,
        in partnerID: PartnerID
    ) -> ProtocolURL? {
        guard let ticket = try? authenticator.signers.launchTicket.sign(claims) else { return nil }
        return ProtocolURL(
            command: command,
            webServer: webServer,
            groupID: command == .agentjoin ? partnerID : nil,
            sessionKey: key.text,
            credential: .ticket(ticket)
        )
    }

    private func record(
        _ id: CorrelationID,
        of grant: Grant,
        _ key: SessionKey,
        _ attempt: Attempt,
        forgetAt: Int64
    ) -> LaunchRecord {
        LaunchRecord(
            id: id,
            partnerID: grant.user.partnerID,
            userID: grant.user.id,
            correlationID: attempt.correlationID,
            sessionKey: key,
            createdAt: attempt.seconds,
            forgetAt: forgetAt
        )
    }
}
