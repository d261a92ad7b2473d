internal import Accounts
internal import Authentication
internal import HTTPSupport
internal import LoginKey
internal import ProtocolURL
internal import ServiceTokens
internal import WireModels

/// The addresses at which an agent joins a session.
struct SessionLinks: Sendable {
    let site: WebSite
    let signers: TokenSigners
    let random: RandomSource

    /// The viewer, with a ticket for one opening by this agent within ``TicketClaims/lifetime``: nothing in it can be used
    /// again.
    func viewer(_ finding: SessionLookup.Finding, _ call: ServiceCall) throws -> String {
        let claims = TicketClaims(
            finding.grant,
            id: random.correlationID(),
            correlationID: call.correlationID,
            issuedAt: call.seconds
        )
        let pairs = [
            (ParameterName.sessionKey, finding.session.key.text),
            (ParameterName.groupID, finding.grant.user.partnerID.text),
            (ParameterName.ticket, try signers.ticket.sign(claims)),
        ]
        let query = pairs.map { "\($0)=\(PercentEncoding.encode($1))" }.joined(separator: "&")
        return "\(site.publicURL)\(Path.agentView)?\(query)"
    }

    /// The protocol URL of the desktop client, to which the caller adds credentials; `nil` if the agent may not use the
    /// client, or the session key cannot stand in a URL.
    func client(_ finding: SessionLookup.Finding) -> String? {
        guard finding.grant.privileges.contains(.desktopClient) else { return nil }
        let url = ProtocolURL(
            command: .agentjoin,
            webServer: WebServerName(authority),
            groupID: finding.session.partnerID,
            sessionKey: finding.session.key.text,
            credential: .ticket("none")
        )
        // The description has everything but the credential.
        return url?.description
    }

    /// The host of the public URL.
    var host: String {
        guard let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") else { return authority }
        return String(authority[..<colon])
    }

    private var authority: String {
        String(site.publicURL.split(separator: "/").last ?? "")
    }
}
