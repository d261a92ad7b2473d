internal import WireCodec
internal import WireProtocol

/// What an agent's page or program sends, one JSON object per WebSocket text frame.
///
/// Source: `docs/protocol.md#presence-agent`. Members that are not read are ignored, such as `guesttoken` and `version`.
package enum AgentCommand: Equatable, Sendable {
    /// The first frame: the agent's token, with or without `Bearer` before it, and the visitor to watch.
    case connect(token: String, VisitorReference)
    /// A sign of life. Programs written for other servers do not know an answer, and do not ask for one.
    case keepAlive(isToBeAnswered: Bool = false)
    /// Something that existing programs may send, and that means nothing here.
    case other

    /// The most bytes a frame may have: the longest token and what is around it.
    package static let maximumByteCount = 12 * 1024

    private static let members: Set = [
        PresenceMember.type, PresenceMember.authorization, "answer", ParameterName.groupID, ParameterName.visitorID,
    ]

    /// Reads a frame; `nil` if it is not a command.
    package init?(json: [UInt8]) {
        var fields = FieldSet()
        guard json.count <= Self.maximumByteCount,
            (try? fields.add(json: json, only: Self.members)) != nil, let type = fields[PresenceMember.type]
        else { return nil }
        switch PresenceCommandKind(rawValue: type) {
        case .connect:
            guard let token = fields.nonEmpty(PresenceMember.authorization), let visitor = VisitorReference(fields)
            else { return nil }
            self = .connect(token: BearerToken.token(in: token) ?? token, visitor)
        case .keepAlive: self = .keepAlive(isToBeAnswered: fields["answer"] == "true")
        default: self = .other
        }
    }
}
