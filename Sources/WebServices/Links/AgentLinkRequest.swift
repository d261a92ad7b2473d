internal import Accounts
internal import HTTPCore
internal import LoginKey
internal import WireCodec
internal import WireProtocol

/// What a program asks of `POST /api/v1/agent-links`.
struct AgentLinkRequest: Sendable {
    /// Where the link leads.
    enum Target: Sendable {
        /// The panel beside a record; no record, nobody to join.
        case panel(visitorID: SessionKey?, visitorName: String)
        /// The viewer, which waits for the visitor with this id.
        case visitor(SessionKey)
        /// The viewer, which waits for the session with this key.
        case session(SessionKey)
    }

    let agent: AccountReference
    let target: Target

    /// Reads a request of an administrator's program.
    ///
    /// - Throws: ``AnswerError/badRequest(_:)``.
    init(_ fields: FieldSet, in partnerID: PartnerID) throws(AnswerError) {
        self.agent = try Self.agent(fields, in: partnerID)
        self.target = try Self.target(fields)
    }

    /// What the agent must be allowed to do.
    var required: PrivilegeSet {
        switch target {
        case .panel: []
        case .visitor: [.joinCobrowseSessions, .keylessSessions]
        case .session: [.joinCobrowseSessions]
        }
    }

    /// How the audit calls the target.
    var name: String {
        switch target {
        case .panel(let visitorID, _): "the panel" + (visitorID.map { ", visitor id \($0)" } ?? "")
        case .visitor(let visitorID): "the viewer, visitor id \(visitorID)"
        case .session(let key): "the viewer, session key \(key)"
        }
    }

    private static func agent(_ fields: FieldSet, in partnerID: PartnerID) throws(AnswerError) -> AccountReference {
        switch (fields.nonEmpty(ParameterName.partnerUserID), fields.nonEmpty(ParameterName.username)) {
        case (let text?, nil):
            guard let partnerUserID = try? PartnerUserID(parsing: text) else { break }
            return .partner(partnerID, partnerUserID)
        case (nil, let text?):
            guard let username = try? Username(parsing: text) else { break }
            return .username(username)
        default: break
        }
        throw .badRequest("one of partneruserid and username says who is to open the link")
    }

    private static func target(_ fields: FieldSet) throws(AnswerError) -> Target {
        let visitorID = try key(fields.nonEmpty(ParameterName.visitorID))
        let sessionKey = try key(fields.nonEmpty(ParameterName.sessionKey))
        let name = fields.nonEmpty(ParameterName.visitorName) ?? ""
        do {
            try Provisioning.check(name, field: ParameterName.visitorName, limit: 63)
        } catch {
            throw .badRequest(error.message)
        }
        switch (fields.nonEmpty(ParameterName.target), visitorID, sessionKey) {
        case ("panel", _, nil): return .panel(visitorID: visitorID, visitorName: name)
        case ("viewer", let visitorID?, nil): return .visitor(visitorID)
        case ("viewer", nil, let sessionKey?): return .session(sessionKey)
        default:
            throw .badRequest("target is panel, with a visitorid or none, or viewer, with a visitorid or a sessionkey")
        }
    }

    private static func key(_ text: String?) throws(AnswerError) -> SessionKey? {
        guard let text else { return nil }
        guard let key = SessionKey(text) else {
            throw .badRequest("a session key or visitor id is 1 to 63 letters, digits and . _ ~ -")
        }
        return key
    }
}
