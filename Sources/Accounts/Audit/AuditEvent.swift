public import LoginKey

/// One step of a click, as the administrator reads it.
///
/// It never holds a key, a signature, a token or a password.
public struct AuditEvent: Hashable, Sendable {
    /// What was attempted.
    public enum Action: String, Hashable, Sendable, CaseIterable {
        /// The CRM panel was shown.
        case panelShown
        /// The panel made a LoginKey at the click.
        case loginKeyIssued
        /// Credentials were checked.
        case authenticate
        /// A page was opened with a view ticket.
        case viewOpened
        /// A page was given a URL that opens the client.
        case launchOffered
        /// The client has received the URL.
        case launchPickedUp
        /// The client, or its user, will not carry the launch out.
        case launchDeclined
        /// A user has connected a client on a computer.
        case clientEnrolled
        /// A session was asked for.
        case sessionRequested
        /// A participant connected to the session server.
        case sessionConnected
        /// A participant left the session server.
        case sessionLeft
        /// A session changed its status.
        case sessionStatus
        /// A visitor who is present was asked to let an agent in, or has answered.
        case visitorInvited
        /// A session token or cookie was checked.
        case tokenChecked
        /// An administrator changed something.
        case administration
    }

    /// How it ended.
    public enum Outcome: String, Hashable, Sendable {
        /// It was done.
        case granted
        /// It was not.
        case refused
    }

    /// When, in Unix milliseconds.
    public var time: Int64
    /// Ties the events of one click together.
    public var correlationID: CorrelationID
    /// The group, as claimed when the outcome is ``Outcome/refused``.
    public var partnerID: PartnerID?
    /// Who: PartnerUserId or user name, as claimed when refused; at most 255 characters.
    public var actor: String
    /// What was attempted.
    public var action: Action
    /// How it ended.
    public var outcome: Outcome
    /// Why, as a code in lower camel case; empty when there is nothing to explain.
    public var reason: String
    /// Where the request came from: an address, or empty.
    public var source: String
    /// What else helps, without any secret.
    public var detail: String

    /// Makes an event.
    public init(
        time: Int64,
        correlationID: CorrelationID,
        partnerID: PartnerID? = nil,
        actor: String = "",
        action: Action,
        outcome: Outcome,
        reason: String = "",
        source: String = "",
        detail: String = ""
    ) {
        self.time = time
        self.correlationID = correlationID
        self.partnerID = partnerID
        self.actor = actor
        self.action = action
        self.outcome = outcome
        self.reason = reason
        self.source = source
        self.detail = detail
    }
}

/// Ties together what belongs to one click: 32 lower-case hexadecimal digits.
///
/// New ids begin with the time, so that an index over them grows at its end, as UUIDs of version 7 do (RFC 9562).
public struct CorrelationID: Hashable, Sendable, CustomStringConvertible {
    /// The digits.
    public let text: String

    /// The id of nothing: all zeros.
    public static let none = Self(zeros: 32)

    private init(zeros count: Int) {
        self.text = String(repeating: "0", count: count)
    }

    /// Makes a new id from 128 random bits.
    public init(using generator: inout some RandomNumberGenerator) {
        self.text = Self.digits(generator.next()) + Self.digits(generator.next())
    }

    /// Makes a new id from 48 bits of time and 80 random bits.
    ///
    /// - Parameters:
    ///   - milliseconds: Unix time.
    ///   - generator: Where the random bits come from.
    public init(at milliseconds: Int64, using generator: inout some RandomNumberGenerator) {
        let time = UInt64(truncatingIfNeeded: milliseconds) << 16
        self.text = Self.digits(time | generator.next() & 0xFFFF) + Self.digits(generator.next())
    }

    /// Reads an id; `nil` unless it is 32 lower-case hexadecimal digits.
    public init?(_ text: String) {
        guard text.utf8.count == 32,
            text.utf8.allSatisfy({ ($0 >= 48 && $0 <= 57) || ($0 >= 97 && $0 <= 102) })
        else { return nil }
        self.text = text
    }

    /// The digits.
    public var description: String { text }

    private static func digits(_ word: UInt64) -> String {
        let text = String(word, radix: 16)
        return String(repeating: "0", count: 16 - text.utf8.count) + text
    }
}
