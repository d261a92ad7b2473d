package import Accounts
package import Authentication
internal import LoginKey
package import ServiceTokens
internal import WireProtocol

/// Addresses of our pages, each with a view ticket: they are opened as an agent, once, within ``TicketClaims/lifetime``.
package struct TicketLinks: Sendable {
    private let site: WebSite
    private let signers: TokenSigners
    private let random: RandomSource

    /// Makes links to a site's pages.
    package init(site: WebSite, signers: TokenSigners, random: RandomSource) {
        self.site = site
        self.signers = signers
        self.random = random
    }

    /// Makes a link.
    ///
    /// - Parameters:
    ///   - path: The page's.
    ///   - parameters: The page's own, in this order; the group and the ticket come after them.
    ///   - agent: The agent it is opened as.
    ///   - continuesSignIn: Whether the agent is signed in, so that opening it is not a separate sign-in.
    ///   - correlationID: The click.
    ///   - seconds: Unix time.
    /// - Returns: The address, and when it stops being valid, in Unix seconds.
    /// - Throws: An error of signing the ticket.
    package func link(
        to path: String,
        _ parameters: [(String, String)],
        for agent: Grant,
        continuesSignIn: Bool = false,
        correlationID: CorrelationID,
        at seconds: Int64
    ) throws -> (url: String, expiresAt: Int64) {
        let claims = TicketClaims(
            agent,
            id: random.correlationID(),
            correlationID: correlationID,
            continuesSignIn: continuesSignIn,
            issuedAt: seconds
        )
        let last = [
            (ParameterName.groupID, agent.group.partnerID.text),
            (ParameterName.ticket, try signers.ticket.sign(claims)),
        ]
        return (site.address(of: path, parameters + last), claims.exp)
    }
}
