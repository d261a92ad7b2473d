public import LoginKey

/// What the store remembers of a session between an agent and a visitor.
public struct SessionRecord: Hashable, Sendable {
    /// How long a session that is over is remembered for reports, in seconds: 400 days.
    public static let retention: Int64 = 400 * 86_400

    /// What the two sides do (the vendor's call type).
    public enum Kind: String, Hashable, Sendable {
        /// The visitor shares a page.
        case cobrowse = "C"
        /// Screen share.
        case screenShare = "G"
        /// Video.
        case video = "V"
    }

    /// Names a session: 32 lower-case hexadecimal digits, never reused.
    public var id: String
    /// The group.
    public var partnerID: PartnerID
    /// What locates it.
    ///
    /// A key is never a credential.
    public var key: SessionKey
    /// Whether the key is a visitor id, which nobody read out: joining it needs a privilege of its own.
    public var isKeyless: Bool
    /// What the two sides do.
    public var kind: Kind
    /// Which side opened it.
    public var owner: SessionSide
    /// Where it stands.
    public var status: SessionStatus
    /// The name of the session server that it lives on.
    public var server: String
    /// When it was made, in Unix seconds.
    public var createdAt: Int64
    /// When it became active, in Unix seconds.
    public var startedAt: Int64?
    /// When it ended, in Unix seconds.
    public var endedAt: Int64?
    /// The agent's PartnerUserId or user name, once there is one.
    public var agent: String
    /// Who is helped, as far as it is known.
    public var visitor: Visitor
    /// Ties the session to the click that made it.
    public var correlationID: CorrelationID

    /// Makes a record.
    public init(
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
        self.visitor = visitor
        self.correlationID = correlationID
    }
}

/// What a visitor, or the page that they came from, has said about them; nothing of it is checked.
public struct Visitor: Hashable, Sendable {
    /// Up to 63 characters.
    public var name: String
    /// Up to 127 characters.
    public var email: String
    /// Up to 31 characters.
    public var phone: String

    /// Makes a visitor.
    public init(name: String = "", email: String = "", phone: String = "") {
        self.name = name
        self.email = email
        self.phone = phone
    }
}

/// The two sides of a session.
public enum SessionSide: String, Hashable, Codable, Sendable {
    /// The one who helps.
    case agent
    /// The one who is helped.
    case visitor

    /// The side that this one meets.
    public var other: Self { self == .agent ? .visitor : .agent }
}

/// The documented statuses of a session (`docs/protocol.md#sessions`).
public enum SessionStatus: String, Hashable, Sendable, CaseIterable {
    /// J: being set up.
    case settingUp = "J"
    /// W: one side waits for the other.
    case waiting = "W"
    /// A: both sides are there.
    case active = "A"
    /// C: ended cleanly after having been active.
    case completed = "C"
    /// X: ended without a clean close.
    case unclean = "X"
    /// Q: the waiting side left.
    case quit = "Q"
    /// T: nobody came within ten minutes.
    case timedOut = "T"
    /// L: locked.
    case locked = "L"
    /// D: the visitor declined.
    case declined = "D"
    /// E: error.
    case error = "E"
    /// K: killed by an administrator.
    case killed = "K"
    /// U: unknown.
    case unknown = "U"

    /// Whether the session is over.
    public var isFinal: Bool {
        switch self {
        case .settingUp, .waiting, .active, .locked: false
        default: true
        }
    }
}

/// What locates a session within a group: a visitor id, random digits, or a text chosen by the app.
///
/// 1 to 63 of `A-Z a-z 0-9 . _ ~ -`. Source: `docs/protocol.md#sessions`.
public struct SessionKey: Hashable, Sendable, CustomStringConvertible {
    /// The key.
    public let text: String

    /// Reads a key; `nil` if it is not one.
    public init?(_ text: String) {
        guard (1...63).contains(text.utf8.count), text.utf8.allSatisfy(Self.allows) else { return nil }
        self.text = text
    }

    /// Makes a key of eight random digits.
    public static func random(using generator: inout some RandomNumberGenerator) -> Self {
        Self(digits: Int.random(in: 10_000_000...99_999_999, using: &generator))
    }

    private init(digits: Int) {
        self.text = "\(digits)"
    }

    /// The key.
    public var description: String { text }

    /// The one text of all spellings of the key (``SalesforceID/canonical(_:)``).
    public var canonicalText: String { SalesforceID.canonical(text) }

    /// Whether both are the same key: a Salesforce id is the same in 15 and in 18 characters.
    public static func == (left: Self, right: Self) -> Bool { left.canonicalText == right.canonicalText }

    /// Hashes what is compared.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(canonicalText)
    }

    private static func allows(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "._~-".utf8.contains(byte)
        }
    }
}
