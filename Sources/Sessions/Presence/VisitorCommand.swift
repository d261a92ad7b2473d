internal import Accounts
internal import LoginKey
internal import WireCodec
internal import WireProtocol

/// What a visitor's page sends, one JSON object per WebSocket text frame; members that are not read are ignored.
package enum VisitorCommand: Equatable, Sendable {
    /// The first frame: who is here. The name is up to 63 characters.
    case announce(VisitorReference, PresentVisitor)
    /// What the visitor says to a question.
    case answer(String, Invitation.Answer)
    /// Nothing but a sign of life.
    case keepAlive

    /// The most bytes a frame may have.
    package static let maximumByteCount = 4096
    /// What a visitor without a name is called.
    private static let anonymous = "Visitor"

    private static let members = VisitorPage.members.union([
        PresenceMember.type, ParameterName.invitation, ParameterName.groupID, ParameterName.visitorID,
        ParameterName.name,
    ])

    /// Reads a frame; `nil` if it is not a command.
    package init?(json: [UInt8]) {
        var fields = FieldSet()
        guard json.count <= Self.maximumByteCount, (try? fields.add(json: json, only: Self.members)) != nil
        else { return nil }
        switch fields[PresenceMember.type].flatMap(PresenceCommandKind.init) {
        case .announce: self.init(announcement: fields)
        case .accepted: self.init(.accepted, fields)
        case .declined: self.init(.declined, fields)
        case .keepAlive: self = .keepAlive
        case .connect, nil: return nil
        }
    }

    private init?(_ answer: Invitation.Answer, _ fields: FieldSet) {
        guard let invitation = fields.nonEmpty(ParameterName.invitation) else { return nil }
        self = .answer(invitation, answer)
    }

    private init?(announcement fields: FieldSet) {
        let name = fields.nonEmpty(ParameterName.name) ?? Self.anonymous
        guard let visitor = VisitorReference(fields), (try? Provisioning.check(Visitor(name: name))) != nil else {
            return nil
        }
        self = .announce(visitor, PresentVisitor(name: name, page: VisitorPage(fields)))
    }
}

extension VisitorReference {
    /// Reads `groupid` and `visitorid`; `nil` if one is missing or not valid.
    init?(_ fields: FieldSet) {
        guard let partnerID = try? PartnerID(parsing: fields[ParameterName.groupID] ?? ""),
            let visitorID = SessionKey(fields[ParameterName.visitorID] ?? "")
        else { return nil }
        self.init(visitorID, of: partnerID)
    }
}
