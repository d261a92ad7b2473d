package import Accounts
internal import LoginKey
package import WireProtocol

/// The claims of a server key: lets one participant into one session on one server, once, within a minute.
package struct ServerKeyClaims: SignInClaims {
    package static let audience = "latchkey-session"
    /// How long a server key is good for, in seconds.
    package static let lifetime: Int64 = 60

    package let aud: String
    /// Names it, so that it can be used once.
    package let jti: String
    /// The session's id.
    package let session: String
    /// The session's key.
    package let sessionKey: String
    /// The kind of session: `C`, `G` or `V`.
    package let kind: String
    /// When the session was opened, in Unix seconds.
    package let created: Int64
    /// The name of the server that it lives on.
    package let server: String
    /// The run of that server that takes the key: which keys were used is not known beyond it.
    package let epoch: String
    /// Where the session stood: another server takes it up from there.
    package let status: String
    /// When it became active, in Unix seconds.
    package let started: Int64?
    /// The agent of an active session; empty for none.
    ///
    /// Sealed in the key itself.
    package internal(set) var agent: String
    /// The name of its visitor.
    package let visitor: String
    /// The group.
    package let groupId: String
    /// Which side has opened the session.
    package let owner: SessionSide
    /// Which side the participant is on.
    package let role: SessionSide
    /// Names the participant within the session.
    package let participant: String
    /// The agent's user id; 0 for a visitor.
    package let user: Int64
    package let keyId: Int64
    /// What the other side reads.
    package let name: String
    /// What the agent's privileges allow in the session; nothing for a visitor.
    package let may: AgentCapabilities
    /// Whether the participant has proved that they were in the session before.
    package let isReturning: Bool
    /// What an agent who is in the session has made for this one; checked by the session.
    package let invitation: String?
    package let exp: Int64
    /// The click, as a correlation id.
    package let cid: String
    /// What the session itself goes back to, as a correlation id.
    package let sessionCid: String

    /// Makes claims.
    ///
    /// - Parameters:
    ///   - id: Names the key, so that it can be used once.
    ///   - session: The session.
    ///   - epoch: The run of the session's server.
    ///   - role: Which side the participant is on.
    ///   - participant: Names the participant within the session.
    ///   - userID: The agent's user id; `nil` for a visitor.
    ///   - root: What the agent's sign-in depends on; `nil` if neither an API key nor a password.
    ///   - name: What the other side reads.
    ///   - capabilities: What the agent's privileges allow; nothing for a visitor.
    ///   - isReturning: Whether the participant has proved that they were in the session before.
    ///   - invitation: What an agent who is in the session has made for this one.
    ///   - correlationID: The click.
    ///   - issuedAt: Unix time in seconds.
    package init(
        id: CorrelationID,
        session: SessionRecord,
        epoch: String,
        role: SessionSide,
        participant: String,
        userID: User.ID?,
        root: SignInRoot?,
        name: String,
        capabilities: AgentCapabilities = [],
        isReturning: Bool = false,
        invitation: String? = nil,
        correlationID: CorrelationID,
        issuedAt: Int64
    ) {
        self.aud = Self.audience
        self.jti = id.text
        self.session = session.id
        self.sessionKey = session.key.text
        self.kind = session.kind.rawValue
        self.created = session.createdAt
        self.server = session.server
        self.epoch = epoch
        self.status = session.status.rawValue
        self.started = session.startedAt
        self.agent = session.agent
        self.visitor = session.visitor.name
        self.groupId = session.partnerID.text
        self.owner = session.owner
        self.role = role
        self.participant = participant
        self.user = userID?.number ?? 0
        self.keyId = root?.number ?? 0
        self.name = name
        self.may = capabilities
        self.isReturning = isReturning
        self.invitation = invitation
        self.exp = issuedAt + Self.lifetime
        self.cid = correlationID.text
        self.sessionCid = session.correlationID.text
    }

    /// The click; `nil` if the claims are not ours.
    package var correlationID: CorrelationID? { CorrelationID(cid) }

    /// The session as the claims describe it; `nil` if they are not ours.
    package var record: SessionRecord? {
        guard let partnerID = try? PartnerID(parsing: groupId), let key = SessionKey(sessionKey),
            let kind = SessionRecord.Kind(rawValue: kind), let status = SessionStatus(rawValue: status),
            let correlationID = CorrelationID(sessionCid)
        else { return nil }
        return SessionRecord(
            id: session,
            partnerID: partnerID,
            key: key,
            kind: kind,
            owner: owner,
            status: status,
            server: server,
            createdAt: created,
            startedAt: started,
            agent: agent,
            visitor: Visitor(name: visitor),
            correlationID: correlationID
        )
    }
}
