internal import WireCodec

/// The first frame on a connection of presence, as a program of ours sends it (`docs/protocol.md#presence`).
package enum PresenceOpening: Equatable, Sendable {
    /// A visitor is here.
    case announce(groupID: String, visitorID: String, name: String)
    /// The agent whose token it is watches a visitor.
    case connect(token: String, groupID: String, visitorID: String)

    /// The frame's text.
    package var json: String {
        let bytes = JSONWriter.object { json in
            json.member(named: PresenceMember.type, kind.rawValue)
            switch self {
            case .announce(let groupID, let visitorID, let name):
                Self.write(groupID, visitorID, to: &json)
                json.member(named: ParameterName.name, name)
            case .connect(let token, let groupID, let visitorID):
                json.member(named: PresenceMember.authorization, "Bearer \(token)")
                Self.write(groupID, visitorID, to: &json)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func write(_ groupID: String, _ visitorID: String, to json: inout JSONWriter) {
        json.member(named: ParameterName.groupID, groupID)
        json.member(named: ParameterName.visitorID, visitorID)
    }

    private var kind: PresenceCommandKind {
        switch self {
        case .announce: .announce
        case .connect: .connect
        }
    }
}
