internal import Accounts
internal import Authentication
internal import HTTPCore
internal import LoginKey
internal import WireCodec
internal import WireProtocol

/// SessionService (`docs/protocol.md#session-service`): a program of the agent's asks whether it is time to join.
struct SessionService: Sendable {
    private let lookup: SessionLookup

    init(signInService: SignInService, site: WebSite, random: RandomSource) {
        let signers = signInService.authenticator.signers
        let links = SessionLinks(site: site, links: TicketLinks(site: site, signers: signers, random: random))
        self.lookup = SessionLookup(signInService: signInService, links: links)
    }

    /// The service's operations.
    var description: ServiceDescription {
        ServiceDescription(
            name: "SessionService",
            path: Path.sessionService,
            operations: [
                ServiceOperation(
                    "LookupPartnerCobrowseSession",
                    Self.credentials + [Self.sessionKey],
                    answers: CobrowseSession.self,
                    lookUpCobrowse
                ),
                ServiceOperation(
                    "LookupPartnerSession2",
                    Self.credentials + [Self.sessionKey],
                    answers: JoinableSession.self,
                    lookUp
                ),
                ServiceOperation(
                    "AgentInSession",
                    Self.credentials + [ServiceParameter("ssnkey", isOptional: true)],
                    lists: AgentSession.self,
                    listSessions
                ),
            ]
        )
    }

    /// `partneruserid` may hold the key too, as `<puid>~<loginkey>`.
    private static let credentials = [
        ServiceParameter("partnerid"), ServiceParameter("partneruserid"),
        ServiceParameter("loginkey", isOptional: true),
    ]
    private static let sessionKey = ServiceParameter("ssnkey")

    private func lookUpCobrowse(_ call: ServiceCall) async throws -> CobrowseSession {
        let purpose = "LookupPartnerCobrowseSession"
        guard let match = try await lookup.find(call, kinds: [.cobrowse], purpose: purpose) else {
            return CobrowseSession()
        }
        return CobrowseSession(session: match.session, joinURL: try lookup.links.viewer(match, call))
    }

    private func lookUp(_ call: ServiceCall) async throws -> JoinableSession {
        let kinds: Set<SessionRecord.Kind> = [.cobrowse, .screenShare, .video]
        guard let match = try await lookup.find(call, kinds: kinds, purpose: "LookupPartnerSession2") else {
            return JoinableSession()
        }
        let found = JoinableSession.Found(
            session: match.session,
            grant: match.grant,
            host: lookup.links.site.publicURL.bracketedHost,
            authority: lookup.links.site.publicURL.authority,
            viewerURL: try lookup.links.viewer(match, call),
            clientURL: lookup.links.client(match)
        )
        return JoinableSession(found: found)
    }

    private func listSessions(_ call: ServiceCall) async throws -> [AgentSession] {
        let sessions = try await lookup.sessions(call, purpose: "AgentInSession")
        let authority = lookup.links.site.publicURL.authority
        return zip(sessions, 1...).map { AgentSession(session: $0, authority: authority, number: $1) }
    }
}
