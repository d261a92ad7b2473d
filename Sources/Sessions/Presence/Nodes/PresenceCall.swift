package import Accounts
internal import FoundationEssentials
package import LoginKey

/// What one node asks another about the visitors who are present there; JSON on the wire.
package enum PresenceCall: Equatable, Sendable {
    /// Whether a visitor is present.
    case look(VisitorReference)
    /// Hand a call to the pages of a visitor.
    case send(VisitorCall, VisitorReference)
    /// Ask a visitor to let an agent in, who asks from an address.
    case invite(VisitorReference, Inviter, SessionKey?, source: String)
    /// Which key the session that a visitor opens to answer a question should have.
    case sessionKey(invitation: String, VisitorReference)
    /// A visitor has opened a session.
    case start(SessionKey, VisitorReference)
    /// A session has ended.
    case end(SessionKey, PartnerID)
}

/// The answer to a ``PresenceCall``.
package struct PresenceAnswer: Codable, Equatable, Sendable {
    /// Whether the visitor is present.
    package var isPresent = true
    /// The session's key, where one was asked for and there is one.
    package var sessionKey: String?
    /// Whether another visitor has a session with the key that was asked for.
    package var isKeyTaken: Bool?

    /// Makes an answer.
    package init(isPresent: Bool = true, sessionKey: SessionKey? = nil, isKeyTaken: Bool? = nil) {
        self.isPresent = isPresent
        self.isKeyTaken = isKeyTaken
        self.sessionKey = sessionKey?.text
    }

    /// Reads an answer; throws what `JSONDecoder` does.
    package init(json: [UInt8]) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(json))
    }

    /// The answer's bytes; throws what `JSONEncoder` does.
    package var json: [UInt8] {
        get throws { Array(try JSONEncoder().encode(self)) }
    }
}

// MARK: Reading and writing

extension PresenceCall {
    /// The most bytes that a call may have.
    package static let maximumByteCount = 32 * 1024

    private struct Message: Codable {
        var call: String
        var group: String
        var visitor: String?
        var kind: String?
        var function: String?
        var arguments: String?
        var user: Int64?
        var name: String?
        var actor: String?
        var correlationID: String?
        var sessionKey: String?
        var invitation: String?
        var source: String?

        init(_ call: String, _ visitor: VisitorReference) {
            self.call = call
            self.group = visitor.partnerID.text
            self.visitor = visitor.visitorID.text
        }

        var reference: VisitorReference? {
            guard let partnerID = try? PartnerID(parsing: group), let key = SessionKey(visitor ?? "") else {
                return nil
            }
            return VisitorReference(key, of: partnerID)
        }

        var visitorCall: VisitorCall? {
            guard let kind = VisitorCall.Kind(rawValue: kind ?? "") else { return nil }
            return VisitorCall(kind, function: function ?? "", arguments: arguments.map { Array($0.utf8) })
        }

        var inviter: Inviter? {
            guard let user, let id = CorrelationID(correlationID ?? "") else { return nil }
            return Inviter(userID: User.ID(user), name: name ?? "", actor: actor ?? "", correlationID: id)
        }
    }

    /// The call's bytes; throws what `JSONEncoder` does.
    package var json: [UInt8] {
        get throws { Array(try JSONEncoder().encode(message)) }
    }

    private var message: Message {
        var message: Message
        switch self {
        case .look(let visitor): message = Message("look", visitor)
        case .send(let call, let visitor):
            message = Message("send", visitor)
            message.kind = call.kind.rawValue
            message.function = call.function
            message.arguments = call.arguments.map { String(decoding: $0, as: UTF8.self) }
        case .invite(let visitor, let agent, let sessionKey, let source):
            message = Message("invite", visitor)
            message.user = agent.userID.number
            message.name = agent.name
            message.actor = agent.actor
            message.correlationID = agent.correlationID.text
            message.sessionKey = sessionKey?.text
            message.source = source
        case .sessionKey(let invitation, let visitor):
            message = Message("sessionKey", visitor)
            message.invitation = invitation
        case .start(let sessionKey, let visitor):
            message = Message("start", visitor)
            message.sessionKey = sessionKey.text
        case .end(let sessionKey, let partnerID):
            message = Message("end", VisitorReference(sessionKey, of: partnerID))
        }
        return message
    }

    /// Reads a call; `nil` if it is not one.
    package init?(json: [UInt8]) {
        guard let message = try? JSONDecoder().decode(Message.self, from: Data(json)), let visitor = message.reference
        else { return nil }
        let sessionKey = message.sessionKey.flatMap { SessionKey($0) }
        switch (message.call, sessionKey) {
        case ("look", _): self = .look(visitor)
        case ("send", _):
            guard let call = message.visitorCall else { return nil }
            self = .send(call, visitor)
        case ("invite", let sessionKey):
            guard let agent = message.inviter else { return nil }
            self = .invite(visitor, agent, sessionKey, source: message.source ?? "")
        case ("sessionKey", _): self = .sessionKey(invitation: message.invitation ?? "", visitor)
        case ("start", let sessionKey?): self = .start(sessionKey, visitor)
        case ("end", _): self = .end(visitor.visitorID, visitor.partnerID)
        default: return nil
        }
    }
}
