package import Accounts

/// The signers of all kinds of service token, made from one master key.
package final class TokenSigners: Sendable {
    package let auth: AuthTokenSigner
    package let ticket: TokenSigner<TicketClaims>
    package let serverKey: TokenSigner<ServerKeyClaims>
    package let panel: TokenSigner<PanelClaims>
    package let launchTicket: TokenSigner<LaunchTicketClaims>
    package let launchPage: TokenSigner<LaunchPageClaims>
    package let visit: TokenSigner<VisitClaims>
    package let sessionID: SignInIDSigner

    package init(masterKey: MasterKey) async throws {
        self.auth = try await AuthTokenSigner(masterKey: masterKey)
        self.ticket = try await TokenSigner(masterKey: masterKey)
        self.serverKey = try await TokenSigner(masterKey: masterKey)
        self.panel = try await TokenSigner(masterKey: masterKey)
        self.launchTicket = try await TokenSigner(masterKey: masterKey)
        self.launchPage = try await TokenSigner(masterKey: masterKey)
        self.visit = try await TokenSigner(masterKey: masterKey)
        self.sessionID = SignInIDSigner(masterKey: masterKey)
    }
}
