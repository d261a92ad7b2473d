package import Accounts
internal import WireCodec
internal import WireProtocol

/// What the two ends of presence are told, one JSON object per WebSocket text frame.
///
/// Everything but the two answers that let the other end in has its content in `data` (`docs/protocol.md#presence`).
package enum PresenceEvent: Equatable, Sendable {
    /// To the visitor: you are known to be here.
    case announced
    /// To the agent: you will be told.
    case connected
    /// To the agent: whether the visitor has a connection.
    case visitorConnected(Bool)
    /// To the agent: the visitor who is present; `nil` if nobody is.
    case presence(SessionKey, PresentVisitor?)
    /// To the agent: what became of asking the visitor.
    case terms(SessionKey, agent: String, Terms)
    /// To the agent: the visitor has opened a session under this key.
    case sessionStarted(SessionKey)
    /// To the agent: that session has ended.
    case sessionEnded(SessionKey)
    /// To either: connect to the node at this URL of its session server.
    case moved(String)
    /// To either: the connection is refused.
    case refused
    /// To the visitor: may this agent come in? The session is to have the given key, if there is one.
    case invite(String, agent: String, sessionKey: SessionKey? = nil)
    /// To the visitor: the question no longer needs an answer.
    case withdrawn(String)
    /// To the visitor: what the page should do.
    case call(VisitorCall)

    /// What became of asking a visitor.
    package enum Terms: String, Equatable, Sendable {
        /// The visitor is being asked.
        case asked
        /// The visitor lets the agent in.
        case accepted
        /// The visitor does not.
        case declined
    }

    /// How often the other end must give a sign of life, in seconds.
    package static let keepAliveSeconds: Int64 = 25

    /// The frame's text.
    package var json: String {
        let bytes = JSONWriter.object { json in
            json.member(named: PresenceMember.type, kind.rawValue)
            switch self {
            case .announced, .connected:
                json.member("keepalive", Self.keepAliveSeconds)
                json.member("answers", true)
            default: json.member(named: PresenceMember.data, json: JSONWriter.object(writeContent))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func writeContent(to json: inout JSONWriter) {
        switch self {
        case .announced, .connected: break
        case .visitorConnected(let isConnected): json.member("connected", isConnected)
        case .presence(let visitorID, let visitor): Self.write(visitorID, visitor, to: &json)
        case .terms(let visitorID, let agent, let terms):
            json.member("visitorid", visitorID.text)
            json.member("agent", agent)
            json.member("status", terms.rawValue)
        case .sessionStarted(let key), .sessionEnded(let key): json.member("sessionkey", key.text)
        case .moved(let url):
            // `wss://host:port`, to be followed by the path.
            json.member(named: PresenceMember.server, ServerURL(of: url)?.text ?? url)
        case .refused: json.member("reason", "refused")
        case .invite(let invitation, let agent, let sessionKey):
            json.member("agent", agent)
            json.member("invitation", invitation)
            if let sessionKey { json.member("sessionkey", sessionKey.text) }
        case .withdrawn(let invitation): json.member("invitation", invitation)
        case .call(let call):
            json.member("func", call.function)
            if let arguments = call.arguments { json.member("args", json: arguments) }
        }
    }

    private static func write(_ visitorID: SessionKey, _ visitor: PresentVisitor?, to json: inout JSONWriter) {
        let page = visitor?.page ?? VisitorPage()
        json.member("visitorid", visitorID.text)
        json.member("present", visitor != nil)
        json.member("name", visitor?.name ?? "")
        json.member("url", page.url)
        json.member("browser", page.browser)
        json.member("browserver", page.browserVersion)
        json.member("platform", page.platform)
    }

    private var kind: PresenceEventKind {
        switch self {
        case .announced: .announced
        case .connected: .connected
        case .visitorConnected: .visitorConnected
        case .presence: .presence
        case .terms: .terms
        case .sessionStarted: .sessionStarted
        case .sessionEnded: .sessionEnded
        case .moved: .moved
        case .refused: .refused
        case .invite: .invite
        case .withdrawn: .withdrawn
        case .call(let call): call.kind.event
        }
    }
}

/// What an agent's program asks a visitor's page to do; the two agree on what it means.
package struct VisitorCall: Equatable, Sendable {
    /// The two kinds on the wire.
    package enum Kind: String, Equatable, Sendable {
        /// Run a function.
        case invoke
        /// Be told of something.
        case signal

        fileprivate var event: PresenceEventKind {
            switch self {
            case .invoke: .invoke
            case .signal: .signal
            }
        }
    }

    /// Whether to run a function or to be told of something.
    package let kind: Kind
    /// The name: 1 to 64 letters, digits, `_` and `.`.
    package let function: String
    /// Any JSON value; `nil` for none.
    package let arguments: [UInt8]?

    /// Makes a call; `nil` if the function's name is not valid.
    ///
    /// - Parameters:
    ///   - kind: Its kind.
    ///   - function: 1 to 64 letters, digits, `_` and `.`.
    ///   - arguments: Any JSON value; `nil` for none.
    package init?(_ kind: Kind, function: String, arguments: [UInt8]?) {
        guard (1...64).contains(function.utf8.count), function.utf8.allSatisfy(Self.allows) else { return nil }
        self.kind = kind
        self.function = function
        self.arguments = arguments
    }

    private static func allows(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
