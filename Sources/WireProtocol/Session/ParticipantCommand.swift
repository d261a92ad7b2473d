internal import WireCodec

/// What a participant sends, one flat JSON object a WebSocket text frame.
package enum ParticipantCommand: Equatable, Sendable {
    /// The first frame: the key that lets the participant in.
    case connect(serverKey: String)
    /// Something for the other side, 1 to 4,096 bytes.
    case message(String)
    /// Asks for what was said since the participant is in the session, for a page that could not keep it.
    case recall
    /// The visitor lets the agent in who was named in the question.
    case accept(agent: String? = nil)
    /// The visitor does not let the agent in who was named in the question.
    case decline(agent: String? = nil)
    /// The visitor lets the agent in control use the page, who was named in the question, or takes that back.
    case consent(toAssist: Bool, agent: String? = nil)
    /// The agent would like to invite another agent.
    case invite
    /// The agent would like to be in control.
    case askControl
    /// The agent in control hands it to the agent with that number.
    case giveControl(to: Int)
    /// The agent in control ends the session for all.
    case end
    /// The participant leaves on purpose.
    case leave
    /// Nothing but a sign of life.
    case keepAlive

    /// The kinds of commands, by their `type` on the wire.
    package enum Kind: String, Sendable {
        case connect, message, recall, accept, decline, consent, invite, askControl, giveControl, end, leave
        case keepAlive = "k"
    }

    /// The most bytes a message may have.
    package static let maximumMessageByteCount = 4096

    /// Reads a frame; `nil` if it is not a command.
    package init?(json: [UInt8]) {
        var fields = FieldSet()
        guard json.count <= 3 * Self.maximumMessageByteCount, (try? fields.add(json: json)) != nil else { return nil }
        switch fields["type"].flatMap(Kind.init) {
        case .connect:
            guard let serverKey = fields["serverkey"] else { return nil }
            self = .connect(serverKey: serverKey)
        case .message:
            guard let text = fields["text"], (1...Self.maximumMessageByteCount).contains(text.utf8.count) else {
                return nil
            }
            self = .message(text)
        case .recall: self = .recall
        case .accept: self = .accept(agent: fields["agent"])
        case .decline: self = .decline(agent: fields["agent"])
        case .consent:
            guard let given = fields["assist"], let isGiven = Bool(given) else { return nil }
            self = .consent(toAssist: isGiven, agent: fields["agent"])
        case .invite: self = .invite
        case .askControl: self = .askControl
        case .giveControl:
            guard let number = fields["to"].flatMap({ Int($0) }) else { return nil }
            self = .giveControl(to: number)
        case .end: self = .end
        case .leave: self = .leave
        case .keepAlive: self = .keepAlive
        case nil: return nil
        }
    }

    /// The frame's text.
    package var json: String {
        let bytes = JSONWriter.object { json in
            json.member("type", kind.rawValue)
            switch self {
            case .connect(let serverKey): json.member("serverKey", serverKey)
            case .message(let text): json.member("text", text)
            case .accept(let agent), .decline(let agent):
                if let agent { json.member("agent", agent) }
            case .consent(let isGiven, let agent):
                json.member("assist", isGiven ? "true" : "false")
                if let agent { json.member("agent", agent) }
            case .giveControl(let number): json.member("to", String(number))
            case .recall, .invite, .askControl, .end, .leave, .keepAlive: break
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What kind of command it is.
    package var kind: Kind {
        switch self {
        case .connect: .connect
        case .message: .message
        case .recall: .recall
        case .accept: .accept
        case .decline: .decline
        case .consent: .consent
        case .invite: .invite
        case .askControl: .askControl
        case .giveControl: .giveControl
        case .end: .end
        case .leave: .leave
        case .keepAlive: .keepAlive
        }
    }
}
