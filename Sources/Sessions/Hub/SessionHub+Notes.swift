internal import Accounts

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
