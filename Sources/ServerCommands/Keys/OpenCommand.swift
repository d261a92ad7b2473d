internal import Accounts
internal import ArgumentParser
internal import LoginKey
internal import ServerApp
internal import ServiceTokens
internal import WireProtocol

/// `latchkey open`.
struct OpenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: "Print a link that signs an agent in, once, within a minute.",
        discussion: """
            Use it to try things out before a CRM is connected. Whoever opens the link is signed in as that agent.

            Example:
              latchkey open dana --group 12345
            """
    )

    private struct Link: Encodable {
        let url: String
        let expires: String
    }

    @Argument(help: "User name or PartnerUserId.") var user: String
    @Option(help: "The PartnerId.") var group: PartnerID
    @Option(help: "URL at which people reach the server (key http.publicURL); default: the one from its last start.")
    var publicURL: String?
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let settings = try await store.settings(adding: publicURL.map { [.httpPublicURL: $0] } ?? [:])
        let store = try settings.openStore()
        let user = try await store.requireUser(user, of: group)
        guard user.state == .active else {
            throw CommandFailure("user \(user.username) is \(user.state.rawValue); see `latchkey user activate`")
        }
        let now = TimeSource.system.seconds
        let correlationID = RandomSource.system.correlationID()
        let claims = TicketClaims(
            id: RandomSource.system.correlationID(),
            userID: user.id,
            partnerID: group,
            root: nil,
            correlationID: correlationID,
            signInEnds: nil,
            issuedAt: now
        )
        let ticket = try await TokenSigners(masterKey: settings.masterKey()).ticket.sign(claims)
        try await store.append([
            Administration.event("sign-in link for \(user.username) made", in: group, correlationID: correlationID)
        ])
        let query = "\(ParameterName.groupID)=\(group)&\(ParameterName.ticket)=\(ticket)"
        let server = try await settings.publicURL(of: store)
        let url = "\(server)\(Path.agentJoin)?\(query)"
        try output.print(Link(url: url, expires: Timestamp.text(claims.exp)), text: url)
    }
}
