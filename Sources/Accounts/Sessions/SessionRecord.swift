package import LoginKey
package import WireProtocol

/// What the store remembers of a session between an agent and a visitor.
package struct SessionRecord: Hashable, Sendable {
    /// How long a session that is over is remembered for reports, in seconds: 400 days.
    package static let retention: Int64 = 400 * 86_400

    /// What the two sides do (the vendor's call type).
    package enum Kind: String, Hashable, Sendable {
        /// The visitor shares a page.
        case cobrowse = "C"
        /// Screen share.
        case screenShare = "G"
        /// Video.
        case video = "V"
    }

    /// Names a session: 32 lower-case hexadecimal digits, never reused.
    package var id: String
    /// The group.
    package var partnerID: PartnerID
    /// What locates it.
    ///
    /// A key is never a credential.
    package var key: SessionKey
    /// Whether the key is a visitor id, which nobody read out: joining it needs a separate privilege.
    package var isKeyless: Bool
    /// What the two sides do.
    package var kind: Kind
    /// Which side opened it.
    package var owner: SessionSide
    /// Where it stands.
    package var status: SessionStatus
    /// The name of the session server that it lives on.
    package var server: String
    /// When it was made, in Unix seconds.
    package var createdAt: Int64
    /// When it became active, in Unix seconds.
    package var startedAt: Int64?
    /// When it ended, in Unix seconds.
    package var endedAt: Int64?
    /// The agent's PartnerUserId or user name, once there is one.
    package var agent: String
    /// The PartnerUserIds or user names of the other agents in it, in the order in which they came; for a session that is over,
    /// of those who were in it to the end.
    package var otherAgents: [String]
    /// The visitor, as far as known.
    package var visitor: Visitor
    /// Ties the session to the click that made it.
    package var correlationID: CorrelationID

    /// Makes a record.
    package init(
        id: String,
        partnerID: PartnerID,
        key: SessionKey,
        isKeyless: Bool = false,
        kind: Kind,
        owner: SessionSide,
        status: SessionStatus,
        server: String,
        createdAt: Int64,
        startedAt: Int64? = nil,
        endedAt: Int64? = nil,
        agent: String = "",
        otherAgents: [String] = [],
        visitor: Visitor = Visitor(),
        correlationID: CorrelationID
    ) {
        self.id = id
        self.partnerID = partnerID
        self.key = key
        self.isKeyless = isKeyless
        self.kind = kind
        self.owner = owner
        self.status = status
        self.server = server
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.agent = agent
        self.otherAgents = otherAgents
        self.visitor = visitor
        self.correlationID = correlationID
    }

    /// Whether it has come to its end, whatever that was.
    package var isOver: Bool { status.isFinal }
}

/// What a visitor, or the page that they came from, said about them; none of it is checked.
package struct Visitor: Hashable, Sendable {
    /// Up to 63 characters.
    package var name: String
    /// Up to 127 characters.
    package var email: String
    /// Up to 31 characters.
    package var phone: String

    /// Makes a visitor.
    package init(name: String = "", email: String = "", phone: String = "") {
        self.name = name
        self.email = email
        self.phone = phone
    }
}

/// What locates a session within a group: a visitor id, random digits, or a text chosen by the app.
///
/// 1 to 63 of `A-Z a-z 0-9 . _ ~ -`. Source: `docs/protocol.md#sessions`.
package struct SessionKey: Hashable, Sendable, CustomStringConvertible {
    /// The key.
    package let text: String

    /// Reads a key; `nil` if it is not one.
    package init?(_ text: String) {
        guard LoginKeyPurpose.isSessionKey(text) else { return nil }
        self.text = text
    }

    /// Makes a key of eight random digits.
    package static func random(using generator: inout some RandomNumberGenerator) -> Self {
        Self(digits: Int.random(in: 10_000_000...99_999_999, using: &generator))
    }

    private init(digits: Int) {
        self.text = "\(digits)"
    }

    /// The key.
    package var description: String { text }

    /// The one text of all spellings of the key (``SalesforceID/canonical(_:)``).
    package var canonicalText: String { SalesforceID.canonical(text) }

    /// Whether both are the same key: a Salesforce id is the same in 15 and in 18 characters.
    package static func == (left: Self, right: Self) -> Bool { left.canonicalText == right.canonicalText }

    /// Hashes what is compared.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(canonicalText)
    }
}
