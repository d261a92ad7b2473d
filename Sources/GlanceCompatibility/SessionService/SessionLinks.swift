internal import Accounts
internal import Authentication
internal import HTTPCore
internal import LoginKey
internal import ProtocolURL
internal import WireCodec
internal import WireProtocol

/// The addresses at which an agent joins a session.
struct SessionLinks: Sendable {
    let site: WebSite
    let links: TicketLinks

    /// The viewer, with a ticket for one opening by this agent within ``TicketClaims/lifetime``: nothing in it can be used
    /// again.
    func viewer(_ match: SessionLookup.Match, _ call: ServiceCall) throws -> String {
        try links.link(
            to: Path.agentView,
            [(ParameterName.sessionKey, match.session.key.text)],
            for: match.grant,
            correlationID: call.context.correlationID,
            at: call.context.seconds
        )
        .url
    }

    /// The protocol URL of the desktop client, to which the caller adds credentials; `nil` if the agent may not use the
    /// client, or the session key cannot stand in a URL.
    func client(_ match: SessionLookup.Match) -> String? {
        guard match.grant.privileges.contains(.desktopClient) else { return nil }
        let url = ProtocolURL(
            command: .agentjoin,
            webServer: WebServerName(site.publicURL.authority),
            groupID: match.session.partnerID,
            sessionKey: match.session.key.text,
            credential: .ticket("none")
        )
        // The description has everything but the credential.
        return url?.description
    }
}
