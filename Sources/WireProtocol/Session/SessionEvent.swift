internal import WireCodec

/// What a participant is told, one JSON object a WebSocket text frame.
package enum SessionEvent: Equatable, Sendable {
    /// You are in. `other` is the name of the other side, if it is known already.
    ///
    /// `may` is what the agent's privileges allow, where there is an agent.
    case connected(status: SessionStatus, other: String?, may: AgentCapabilities = [])
    /// The other side has connected.
    case arrived(SessionSide, name: String)
    /// The other side has left on purpose.
    case left(SessionSide)
    /// The other side's connection broke; it may come back.
    case away(SessionSide)
    /// To the visitor: may this agent come in?
    case consentAsked(agent: String)
    /// To the agent: the visitor is being asked.
    case consentPending
    /// Both sides are in.
    case active(agent: String, visitor: String, may: AgentCapabilities = [])
    /// The agents who are in the session.
    ///
    /// `may` is what the privileges of the agent allow whom it is sent to, or to the visitor, those of the one in
    /// control. `own` is the number of the agent whom it is sent to.
    case agents(SessionRoster, may: AgentCapabilities, own: Int? = nil)
    /// To an agent: a way in for another one.
    case invitation(String)
    /// Somebody says something.
    case message(from: SessionSide, name: String, text: String)
    /// Somebody has said something before, in Unix seconds; `isOwn` is whether it was whom it is sent to.
    case said(by: SessionSide, name: String, text: String, at: Int64, isOwn: Bool)
    /// The session is over; `by` is the side that has ended it, where one has.
    case ended(SessionStatus, by: SessionSide? = nil)
    /// The connection is refused.
    case refused(SessionRefusal?)

    /// The kinds of events, by their `type` on the wire.
    package enum Kind: String, Sendable {
        case connected, arrived, left, away, consentAsked, consentPending, active, agents, invitation, message, said
        case ended, refused
    }

    /// Whether nothing follows it.
    package var isEnd: Bool {
        if case .ended = self { true } else { false }
    }

    /// Whether it tells a participant that the session is active: from here on they see and send data.
    package var isActive: Bool {
        switch self {
        case .active, .connected(status: .active, _, _): true
        default: false
        }
    }

    /// The frame's text.
    package var json: String {
        let bytes = JSONWriter.object { json in
            json.member("type", kind.rawValue)
            switch self {
            case .connected(let status, let other, let may):
                json.member("status", status.rawValue)
                if let other { json.member("other", other) }
                json.member("may", may.text)
            case .arrived(let role, let name):
                json.member("role", role.rawValue)
                json.member("name", name)
            case .left(let role), .away(let role):
                json.member("role", role.rawValue)
            case .consentAsked(let agent):
                json.member("agent", agent)
            case .consentPending:
                break
            case .active(let agent, let visitor, let may):
                json.member("agent", agent)
                json.member("visitor", visitor)
                json.member("may", may.text)
            case .agents(let roster, let may, let own):
                json.member("agent", roster.controlName)
                json.member("names", roster.names)
                json.member("numbers", roster.numbers())
                json.member("control", String(roster.control))
                json.member("away", roster.numbers(where: \.isAway))
                json.member("asking", roster.numbers(where: \.wantsControl))
                json.member("asked", roster.asked)
                if let own { json.member("own", String(own)) }
                json.member("may", may.text)
            case .invitation(let id):
                json.member("invitation", id)
            case .message(let role, let name, let text):
                json.member("role", role.rawValue)
                json.member("name", name)
                json.member("text", text)
            case .said(let role, let name, let text, let time, let isOwn):
                json.member("role", role.rawValue)
                json.member("name", name)
                json.member("text", text)
                json.member("at", String(time))
                json.member("own", isOwn ? "1" : "0")
            case .ended(let status, let side):
                json.member("status", status.rawValue)
                if let side { json.member("by", side.rawValue) }
            case .refused(let reason):
                json.member("reason", reason?.rawValue ?? "refused")
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What kind of event it is.
    package var kind: Kind {
        switch self {
        case .connected: .connected
        case .arrived: .arrived
        case .left: .left
        case .away: .away
        case .consentAsked: .consentAsked
        case .consentPending: .consentPending
        case .active: .active
        case .agents: .agents
        case .invitation: .invitation
        case .message: .message
        case .said: .said
        case .ended: .ended
        case .refused: .refused
        }
    }
}
