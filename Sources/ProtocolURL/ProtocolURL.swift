package import LoginKey
package import WireProtocol

/// A URL that hands an agent over from a web page to the installed client.
///
/// `<scheme>://<command>[/<webserver>[/<group>/<session key>]]?<parameters>`; which parts a command takes says
/// ``Command/shape``. Every URL carries exactly one credential. Source: `docs/protocol.md#protocol-urls`; `show`,
/// `view`, `join` and `login` are ours.
package struct ProtocolURL: Equatable, Sendable {
    /// What signs the agent in.
    package enum Credential: Equatable, Sendable {
        /// A LoginKey for a user of a group.
        case loginKey(PartnerID, PartnerUserID, PresentedLoginKey)
        /// A one-time launch ticket: 1 to 1,024 of `A-Z a-z 0-9 . _ -`.
        case ticket(String)
    }

    /// The scheme.
    package var scheme: ProtocolScheme
    /// What to do.
    package var command: Command
    /// Which of the configured servers is meant; a hint, never a place to send anything to by itself.
    package var webServer: WebServerName?
    /// The group of the session; `agentjoin` only.
    package var groupID: PartnerID?
    /// What locates the session: 1 to 63 of `A-Z a-z 0-9 . _ ~ -`.
    package var sessionKey: String?
    /// What signs the agent in.
    package var credential: Credential

    /// Makes a URL; `nil` if the parts do not fit the command.
    package init?(
        scheme: ProtocolScheme = .glancepanorama,
        command: Command,
        webServer: WebServerName? = nil,
        groupID: PartnerID? = nil,
        sessionKey: String? = nil,
        credential: Credential
    ) {
        let shape = command.shape
        guard shape.hasGroup == (groupID != nil), shape.takesWebServer || webServer == nil,
            !shape.hasGroup || webServer != nil, shape.sessionKey.allows(sessionKey),
            sessionKey.map(Self.isSessionKey) ?? true, Self.isWellFormed(credential)
        else { return nil }
        self.scheme = scheme
        self.command = command
        self.webServer = webServer
        self.groupID = groupID
        self.sessionKey = sessionKey
        self.credential = credential
    }

    /// What a LoginKey of version 2 has to be for that the URL carries (`docs/loginkey-2.md#commands`).
    package var loginKeyPurpose: LoginKeyPurpose? {
        switch command {
        case .authenticate, .login: .authenticate
        case .agentjoin, .join: try? LoginKeyPurpose(.join, sessionKey: sessionKey)
        case .startssn: try? LoginKeyPurpose(.start, sessionKey: sessionKey)
        case .show: try? LoginKeyPurpose(.show, sessionKey: sessionKey)
        case .view: try? LoginKeyPurpose(.view, sessionKey: sessionKey)
        }
    }

    /// Dots alone would change the path.
    static func isSessionKey(_ text: String) -> Bool {
        LoginKeyPurpose.isSessionKey(text) && text != "." && text != ".."
    }

    static func isTicket(_ text: String) -> Bool {
        (1...1024).contains(text.utf8.count)
            && text.utf8.allSatisfy { URLByte.isUnreserved($0) && $0 != UInt8(ascii: "~") }
    }

    private static func isWellFormed(_ credential: Credential) -> Bool {
        guard case .ticket(let text) = credential else { return true }
        return isTicket(text)
    }
}
