internal import Accounts
internal import LoginKey
internal import ServiceTokens
internal import Synchronization
internal import WireProtocol

// MARK: What the audit says of a session's participants

extension SessionHub {
    /// What has happened, under the session's own correlation id.
    func event(_ note: SessionNote, in record: SessionRecord) -> AuditEvent {
        var event = AuditEvent(
            time: time.milliseconds,
            correlationID: record.correlationID,
            partnerID: record.partnerID,
            actor: note.actor(in: record),
            action: .sessionAgents,
            outcome: note.isRefusal ? .refused : .granted,
            detail: "\(note.text), session key \(record.key)"
        )
        if note.isConsent { event.action = .sessionConsent }
        return event
    }

    func note(_ claims: ServerKeyClaims?, _ connection: ParticipantConnection, refused reason: String?) {
        let isNoted = state.withLock { state in
            guard reason != nil else { return true }
            state.notesLeft -= 1
            return state.notesLeft >= 0
        }
        guard isNoted else { return }
        var generator = SystemRandomNumberGenerator()
        let record = claims?.record
        let event = AuditEvent(
            time: time.milliseconds,
            correlationID: claims?.correlationID ?? CorrelationID(using: &generator),
            partnerID: record?.partnerID,
            actor: claims?.participant ?? "",
            action: .sessionConnected,
            outcome: reason == nil ? .granted : .refused,
            reason: reason ?? "",
            source: connection.source,
            detail: claims?.detail ?? ""
        )
        let launch = reason == nil ? claims?.launchUpdate(.connected) : nil
        continuation.yield(.append(event, launch))
    }
}

extension ServerKeyClaims {
    /// What the audit says of the connection; of an agent's also where the session's earlier events are.
    fileprivate var detail: String {
        let text = "as \(role.rawValue), session key \(sessionKey)"
        return role == .visitor || cid == sessionCid ? text : text + ", opened under the correlation id \(sessionCid)"
    }

    /// What an agent's connection means for the launch that it follows from; `nil` for a visitor.
    fileprivate func launchUpdate(_ change: LaunchChange) -> LaunchUpdate? {
        guard role == .agent, let record, let correlationID else { return nil }
        return LaunchUpdate(change, of: .click(correlationID, User.ID(user)), in: record.partnerID)
    }
}

extension SessionNote {
    /// Who has done it.
    fileprivate func actor(in record: SessionRecord) -> String {
        switch self {
        case .agreed, .consent, .declined: record.visitor.name
        case .answered(let agent, _), .invited(let agent), .joined(let agent), .left(let agent), .control(let agent):
            agent
        }
    }

    fileprivate var isConsent: Bool {
        switch self {
        case .agreed, .consent: true
        default: false
        }
    }

    fileprivate var isRefusal: Bool {
        switch self {
        case .consent(false, _), .declined: true
        default: false
        }
    }

    fileprivate var text: String {
        switch self {
        case .agreed(let agent): "the visitor lets \(agent) see the page"
        case .consent(true, let agent): "the visitor lets \(agent) use the page"
        case .consent(false, _): "the visitor has taken that back"
        case .answered(_, let click): "has come: what follows is under the correlation id \(click)"
        case .invited: "has invited another agent"
        case .joined: "has joined as another agent"
        case .declined(let agent): "the visitor has declined \(agent)"
        case .left: "has left, others stay"
        case .control: "is in control"
        }
    }
}
