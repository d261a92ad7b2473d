package import Accounts

/// An agent who asks a visitor to be let in.
package struct Inviter: Equatable, Sendable {
    /// The agent.
    package var userID: User.ID
    /// What the visitor reads.
    package var name: String
    /// PartnerUserId or user name, for the audit.
    package var actor: String
    /// The agent's click.
    package var correlationID: CorrelationID

    /// Describes an agent.
    package init(userID: User.ID, name: String, actor: String, correlationID: CorrelationID) {
        self.userID = userID
        self.name = name
        self.actor = actor
        self.correlationID = correlationID
    }
}

/// The question whether an agent may come in, as long as it is remembered.
///
/// An agent's page asks every few seconds for as long as the agent waits. The visitor is asked once, and reminded every
/// ``intervalSeconds`` so that their page knows that the agent still waits.
package struct Invitation: Equatable, Sendable {
    /// What a visitor can say.
    package enum Answer: String, Equatable, Sendable {
        /// The agent may come in.
        case accepted
        /// Not now.
        case declined
    }

    /// What follows when the agent asks once more.
    enum Step {
        /// Nothing: the visitor was asked just now, or has answered.
        case wait
        /// The visitor is reminded of the same question.
        case renew
        /// The visitor is asked again.
        case replace
    }

    /// The least time between two questions or reminders by one agent to one visitor, in seconds.
    package static let intervalSeconds: Int64 = 15
    /// How long a question stays open after the agent last asked, in seconds.
    package static let openSeconds: Int64 = 35
    /// How long an answer holds against another click of the agent who was answered, in seconds.
    package static let quietSeconds: Int64 = 60
    /// How often an agent may ask again within ``quietSeconds``, each time for another session.
    package static let maximumQuestions = 6
    /// How long it is remembered after the agent last asked, in seconds.
    static let memorySeconds: Int64 = 600

    /// Names it; unguessable.
    package let id: String
    /// Who is asked.
    package let visitor: VisitorReference
    /// Who asks.
    package let agent: Inviter
    /// The key that the session should have; `nil` for the visitor id.
    package let sessionKey: SessionKey?
    /// How many questions of the agent there were since ``burstAt``, this one included.
    private var questions = 1
    private var burstAt: Int64
    private var sentAt: Int64
    private var askedAt: Int64
    private var answer: (Answer, at: Int64)?

    init(
        _ id: String,
        to visitor: VisitorReference,
        from agent: Inviter,
        for sessionKey: SessionKey? = nil,
        at now: Int64
    ) {
        self.sessionKey = sessionKey
        self.burstAt = now
        self.id = id
        self.visitor = visitor
        self.agent = agent
        self.sentAt = now
        self.askedAt = now
    }

    /// Compares the ids.
    package static func == (left: Self, right: Self) -> Bool {
        left.id == right.id
    }

    /// Whether the visitor's page still shows the question.
    func isOpen(at now: Int64) -> Bool {
        answer == nil && now <= askedAt + Self.openSeconds
    }

    var isDeclined: Bool { answer?.0 == .declined }

    /// Continues counting from the question that it replaces.
    mutating func follow(_ older: Self?, at now: Int64) {
        guard let older, now < older.burstAt + Self.quietSeconds else { return }
        questions = older.questions + 1
        burstAt = older.burstAt
    }

    func isForgotten(at now: Int64) -> Bool {
        now > askedAt + Self.memorySeconds
    }

    /// The agent asks once more; a click that was declined never asks again.
    ///
    /// Another session is another question, as long as there are not too many.
    mutating func ask(by click: CorrelationID, for sessionKey: SessionKey? = nil, at now: Int64) -> Step {
        if let sessionKey, sessionKey != self.sessionKey,
            questions < Self.maximumQuestions || now >= burstAt + Self.quietSeconds
        {
            return .replace
        }
        let isSameClick = click == agent.correlationID
        askedAt = now
        switch answer {
        case nil:
            guard now >= sentAt + Self.intervalSeconds else { return .wait }
            sentAt = now
            return isSameClick ? .renew : .replace
        case (.declined, _)? where isSameClick: return .wait
        case (.accepted, _)? where !isSameClick: return now >= sentAt + Self.intervalSeconds ? .replace : .wait
        case (_, let time)?: return now >= time + Self.quietSeconds ? .replace : .wait
        }
    }

    /// Takes the visitor's answer; `false` if it already has one.
    mutating func settle(_ answer: Answer, at now: Int64) -> Bool {
        guard self.answer == nil else { return false }
        self.answer = (answer, now)
        return true
    }
}
