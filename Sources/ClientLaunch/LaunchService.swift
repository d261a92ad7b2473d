package import Accounts
package import Authentication
internal import LoginKey
package import ProtocolURL
internal import ServiceTokens

/// Gives pages the URLs that open the client, and tells them what became of each.
///
/// What became of a launch is what the audit says under its correlation id: there is no second record of it.
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

    /// Writes down that a page got an offer.
    package func record(_ offer: Offer, to grant: Grant, attempt: Attempt) async throws(AccountsError) {
        let detail = "\(attempt.purpose), session key \(offer.sessionKey)"
        let event = event(.launchOffered, .granted, "", grant.user, attempt.correlationID, attempt, detail)
        try await authenticator.store.append([event])
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

    /// Makes a URL with a new ticket for an agent who may use the client.
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
    ) throws(AccountsError) -> Offer {
        var generator = random.generator
        let (command, key): (ProtocolURL.Command, SessionKey) =
            switch target {
            case .join(let key): (.agentjoin, key)
            case .start(let key): (.startssn, key ?? SessionKey.random(using: &generator))
            }
        let id = random.correlationID()
        let ticket = LaunchTicketClaims(
            id: id,
            userID: grant.user.id,
            partnerID: grant.user.partnerID,
            apiKeyID: grant.apiKeyID,
            correlationID: attempt.correlationID,
            issuedAt: attempt.seconds
        )
        let page = LaunchPageClaims(
            launch: id,
            userID: grant.user.id,
            partnerID: grant.user.partnerID,
            apiKeyID: grant.apiKeyID,
            sessionKey: key,
            correlationID: attempt.correlationID,
            issuedAt: attempt.seconds
        )
        guard let ticketText = try? authenticator.signers.launchTicket.sign(ticket),
            let pageToken = try? authenticator.signers.launchPage.sign(page),
            let url = ProtocolURL(
                command: command,
                webServer: webServer,
                groupID: command == .agentjoin ? grant.user.partnerID : nil,
                sessionKey: key.text,
                credential: .ticket(ticketText)
            )
        else { throw AccountsError(code: .invalidField, message: "the session key does not fit into a URL") }
        return Offer(url: url, pageToken: pageToken, sessionKey: key, correlationID: attempt.correlationID)
    }
}
