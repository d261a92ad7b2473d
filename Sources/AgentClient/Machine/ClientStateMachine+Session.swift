package import WireProtocol

// Into a session, and back into it after a lost connection.

extension ClientStateMachine {
    /// How long the client waits for a session to start, or tries to get back into one, in milliseconds.
    private static let patience: Int64 = 600_000
    /// How long it waits for a new token before it asks again.
    private static let renewalPause: Int64 = 500
    /// How often it asks whether a session has started.
    private static let pollMilliseconds: Int64 = 2000

    /// Goes into a session; again into the current one, if it is that.
    mutating func enter(_ target: SessionTarget, at now: Int64) -> [ClientAction] {
        var actions: [ClientAction] = []
        if let session, session.matches(target), session.phase != .requesting {
            self.session?.target = .join(session.key ?? "")
            actions.append(.disconnect)
        } else {
            actions += leave()
            session = ClientSession(target: target, ends: now + Self.patience)
        }
        return actions + request(at: now)
    }

    private mutating func request(at now: Int64) -> [ClientAction] {
        guard let signIn, session != nil else { return [] }
        if signIn.tokenEnds <= now {
            // After a long sleep: first a new token, then the session.
            renewalDue = renewalDue.map { min($0, now) }
            session?.due = now + Self.renewalPause
            return []
        }
        let attempt = next()
        session?.attempt = attempt
        session?.due = nil
        return session.map { [.request($0.target, signIn, attempt: attempt)] } ?? []
    }

    /// The server has answered with the way in.
    package mutating func admitted(_ admission: SessionAdmission, attempt: Int) -> [ClientAction] {
        guard let session, session.attempt == attempt, let signIn else { return [] }
        guard signIn.identity.server.allows(sessionServer: admission.server) else {
            problem = "The server named a session server without TLS; that is refused."
            self.session = nil
            return [.note("refused a session server without TLS")]
        }
        self.session?.key = admission.sessionKey
        self.session?.target = .join(admission.sessionKey)
        if session.phase == .requesting { self.session?.phase = .connecting }
        return [.connect(admission, attempt: attempt)]
    }

    /// The server has not let the client in.
    package mutating func admissionFailed(_ failure: ServiceFailure, attempt: Int, at now: Int64) -> [ClientAction] {
        guard let session, session.attempt == attempt else { return [] }
        switch failure {
        case .notStarted where !session.wasLive && now < session.ends:
            self.session?.due = now + Self.pollMilliseconds
            return []
        case .notStarted:
            return over(session.wasLive ? "The session is over." : "The session was not started.")
        case .conflict where session.key != nil:
            self.session?.target = .join(session.key ?? "")
            return request(at: now)
        case .refused, .conflict:
            return over("You may not enter this session. Ask your administrator.")
        case .unreachable:
            return retry(at: now)
        }
    }

    /// The session server says something.
    package mutating func received(_ event: SessionEvent, attempt: Int) -> [ClientAction] {
        guard session?.attempt == attempt else { return [] }
        switch event {
        case .connected(let status, let other, _):
            session?.failures = 0
            if let other, !other.isEmpty { session?.other = other }
            session?.phase = status == .active ? .live : .waiting
            if status == .active { session?.wasLive = true }
            return [.note("connected to the session")]
        case .consentPending: session?.phase = .asking
        case .active(_, let visitor, _):
            session?.phase = .live
            session?.wasLive = true
            session?.other = visitor
            return [.note("the session is live")]
        case .arrived(.visitor, let name):
            session?.other = name
            if session?.wasLive == true { session?.phase = .live }
        case .away(.visitor), .left(.visitor): session?.phase = .waiting
        case .said: break
        case .message(_, let name, let text): session?.remember(name: name, text, isOwn: false)
        case .ended(let status, _):
            return over(Self.endings[status] ?? "The session is over.") + [.disconnect]
        case .refused(let reason):
            return over(reason.flatMap { Self.refusals[$0] } ?? "The session is over.") + [.disconnect]
        // Other agents come and go; the question is the visitor's.
        case .arrived(.agent, _), .away(.agent), .left(.agent), .agents, .invitation, .consentAsked: break
        }
        return []
    }

    /// The connection is gone, or could not be made.
    package mutating func lost(attempt: Int, at now: Int64) -> [ClientAction] {
        guard session?.attempt == attempt else { return [] }
        return [.note("the connection to the session is lost")] + retry(at: now)
    }

    private mutating func retry(at now: Int64) -> [ClientAction] {
        guard let session else { return [] }
        guard now < session.ends || session.wasLive else { return over("The session server cannot be reached.") }
        self.session?.failures += 1
        if session.phase != .requesting { self.session?.phase = .reconnecting }
        self.session?.due = now + Self.backoff(session.failures)
        return []
    }

    /// What to send for an address at which the viewer shows the session; `nil` if there is no session, or no key yet.
    func viewable() -> (key: String, signIn: SignIn)? {
        guard let key = session?.key, let signIn else { return nil }
        return (key, signIn)
    }

    /// The viewer is about to show the session with that key, and takes the agent's place in it; this connection makes room
    /// before it comes, so that neither pushes out the other.
    ///
    /// - Parameters:
    ///   - key: The session's.
    ///   - place: Where it is shown.
    /// - Returns: What has to be done, and what names the view; `nil` if the client is no longer in that session.
    mutating func show(_ key: String, in place: SessionViewPlace) -> (view: Int, actions: [ClientAction])? {
        guard session?.key == key else { return nil }
        let view = next()
        switch place {
        case .browser:
            session = nil
            problem = "The session goes on in your browser."
        case .window:
            session?.phase = .viewing
            session?.wasLive = true
            session?.attempt = view
            session?.due = nil
        }
        return (view, [.note("the \(place.rawValue) shows the session"), .disconnect])
    }

    /// The viewer could not be opened: the client goes back into the session, unless there is another one by now, or nobody is
    /// signed in any more.
    mutating func showingFailed(_ key: String, _ signIn: SignIn, at now: Int64) -> [ClientAction] {
        guard session == nil || session?.phase == .viewing && session?.key == key,
            self.signIn?.sessionID == signIn.sessionID
        else { return [] }
        problem = nil
        session = nil
        return [.note("the session could not be shown")] + enter(.join(key), at: now)
    }

    /// The window could not show the session.
    mutating func viewFailed(_ view: Int, at now: Int64) -> [ClientAction] {
        guard let session, session.phase == .viewing, session.attempt == view, let key = session.key, let signIn else {
            return []
        }
        return showingFailed(key, signIn, at: now)
    }

    /// The window no longer shows the session: it is over, or the agent has closed it.
    mutating func viewEnded(_ view: Int) -> [ClientAction] {
        guard session?.phase == .viewing, session?.attempt == view else { return [] }
        session = nil
        return [.note("the window does not show the session any more")]
    }

    private mutating func over(_ problem: String) -> [ClientAction] {
        self.problem = problem
        session = nil
        return [.note("the session is over: \(problem)")]
    }

    private static let refusals = [
        SessionRefusal.occupied: "Another agent is in this session.",
        .full: "There are as many agents in this session as there may be.",
        .declined: "The visitor has declined you in this session before.",
    ]

    private static let endings = [
        SessionStatus.completed: "The session has ended.", .declined: "The visitor declined.",
        .killed: "The session was ended by an administrator.", .quit: "The other side has left.",
        .timedOut: "Nobody came within ten minutes.", .unclean: "The connection to the other side was lost.",
        .error: "Something went wrong on the server.",
    ]
}

// MARK: Time

extension ClientStateMachine {
    /// Does what is due; to be called a few times a second.
    package mutating func tick(at now: Int64) -> [ClientAction] {
        var actions: [ClientAction] = []
        if let question, question.ends <= now { actions += withdrawQuestion(.notAnswered) }
        if let launch, let due = signInDue, due <= now {
            signInDue = nil
            actions.append(.signIn(launch))
        }
        if let signIn, let due = renewalDue, due <= now {
            renewalDue = nil
            actions.append(.renew(signIn))
        }
        if let due = session?.due, due <= now { actions += request(at: now) }
        return actions
    }

    /// The computer has slept, or the network has changed: everything that was connected reconnects at once.
    package mutating func resumed(at now: Int64) -> [ClientAction] {
        if renewalDue != nil { renewalDue = now }
        if signInDue != nil { signInDue = now }
        guard let session, session.phase != .requesting, session.phase != .viewing else {
            return [.note("resumed")] + tick(at: now)
        }
        self.session?.phase = .reconnecting
        self.session?.due = now
        return [.note("resumed"), .disconnect] + tick(at: now)
    }
}
