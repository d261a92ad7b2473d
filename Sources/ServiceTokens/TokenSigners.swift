package import Accounts

/// The signers of all kinds of service token, made from one master key.
package final class TokenSigners: Sendable {
    /// For `authToken`s.
    package let auth: AuthTokenSigner
    /// For view tickets.
    package let ticket: TokenSigner<TicketClaims>
    /// For server keys.
    package let serverKey: ServerKeySigner
    /// For panels.
    package let panel: TokenSigner<PanelClaims>
    /// For launch tickets.
    package let launchTicket: TokenSigner<LaunchTicketClaims>
    /// For pages that have opened a protocol URL.
    package let launchPage: TokenSigner<LaunchPageClaims>
    /// For visitors who come back.
    package let visit: TokenSigner<VisitClaims>
    /// For links that set a new password.
    package let passwordReset: TokenSigner<PasswordResetClaims>
    /// For nodes that ask each other.
    package let node: TokenSigner<NodeClaims>
    /// For `GSSNID`s.
    package let sessionID: SignInIDSigner
    /// For sign-ins that are under way at a provider.
    package let providerVisit: ProviderVisitSealer
    /// For sign-ins that wait for a second factor.
    package let passwordVisit: PasswordVisitSealer

    /// Makes all signers; each key is derived for its own purpose.
    ///
    /// - Throws: An error of JWTKit.
    package init(masterKey: MasterKey) async throws {
        self.auth = try await AuthTokenSigner(masterKey: masterKey)
        self.ticket = try await TokenSigner(masterKey: masterKey)
        self.serverKey = try await ServerKeySigner(masterKey: masterKey)
        self.panel = try await TokenSigner(masterKey: masterKey)
        self.launchTicket = try await TokenSigner(masterKey: masterKey)
        self.launchPage = try await TokenSigner(masterKey: masterKey)
        self.visit = try await TokenSigner(masterKey: masterKey)
        self.passwordReset = try await TokenSigner(masterKey: masterKey)
        self.node = try await TokenSigner(masterKey: masterKey)
        self.sessionID = SignInIDSigner(masterKey: masterKey)
        self.providerVisit = ProviderVisitSealer(masterKey: masterKey)
        self.passwordVisit = PasswordVisitSealer(masterKey: masterKey)
    }
}
