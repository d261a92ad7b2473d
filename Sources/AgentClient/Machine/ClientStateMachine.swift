internal import LoginKey
package import ProtocolURL
internal import WireProtocol

/// What the client does, without I/O and without a clock: signed out, signing in, signed in, in a session.
///
/// Every method takes the time in Unix milliseconds where it matters and returns what must be done. Answers carry the
/// launch or the attempt that they belong to; those to anything but the current one are skipped.
package struct ClientStateMachine: Sendable {
    /// How long a question stays, in milliseconds: as long as a ticket is valid.
    static let questionMilliseconds: Int64 = 55_000
    /// How often a sign-in is tried again when the server cannot be reached.
    static let maximumSignInAttempts = 5

    /// Who is signed in.
    package internal(set) var signIn: SignIn?
    /// The launch that is being signed in.
    package internal(set) var launch: Launch?
    /// Whose launch that is.
    var launching: Identity?
    /// The session that the client is in, or on its way into.
    package internal(set) var session: ClientSession?
    /// What the user is being asked.
    package internal(set) var question: Question?
    /// What went wrong last, in a sentence; cleared by the next launch.
    package internal(set) var problem: String?

    var signInAttempts = 0
    var signInDue: Int64?
    var renewalDue: Int64?
    private var count = 0
    /// Launches up to this one are over: answers to them come too late.
    private var lastOver = 0

    /// Makes a machine that is signed out.
    package init() {}

    /// A launch has begun: earlier ones are over.
    mutating func markOver(_ launch: Launch) {
        lastOver = max(lastOver, launch.id)
    }

    mutating func next() -> Int {
        count += 1
        return count
    }
}

// MARK: A URL arrives

extension ClientStateMachine {
    /// What the client is configured for, read again at every URL.
    package struct Configuration: Sendable {
        /// The servers; a URL without one is for the first.
        package var servers: [ServerAddress]
        /// What is done with questions.
        package var questions: QuestionPolicy
        /// The groups that were accepted before, as ``Identity/acceptance``.
        package var accepted: Set<String>

        /// Makes a configuration.
        package init(servers: [ServerAddress], questions: QuestionPolicy, accepted: Set<String>) {
            self.servers = servers
            self.questions = questions
            self.accepted = accepted
        }
    }

    /// Why a URL is refused at once.
    package enum OpenRefusal: String, Error, Sendable {
        /// No server is configured.
        case noServer
        /// The URL is for a server that is not configured; nothing is sent anywhere (`docs/threats.md#server-name`).
        case unlistedServer
    }

    /// Takes a URL.
    ///
    /// - Parameters:
    ///   - url: The URL.
    ///   - configuration: What the client is configured for.
    ///   - correlationID: A new one; a ticket has its own, which replaces it.
    ///   - now: Unix milliseconds.
    /// - Returns: What must be done.
    package mutating func open(
        _ url: ProtocolURL,
        _ configuration: Configuration,
        correlationID: String,
        at now: Int64
    ) -> Result<[ClientAction], OpenRefusal> {
        guard let first = configuration.servers.first else { return .failure(.noServer) }
        let server = url.webServer.map { name in configuration.servers.first { $0.isNamed(name) } } ?? first
        guard let server else {
            problem = "A link for a server that this client is not configured for was refused."
            return .failure(.unlistedServer)
        }
        problem = nil
        let launch = Launch(id: next(), url: url, server: server, correlationID: correlationID)
        switch url.credential {
        case .ticket:
            return .success([.note("a launch ticket for \(server) has arrived: \(url)"), .pickUp(launch)])
        case .loginKey(let partnerID, let partnerUserID, _):
            let identity = Identity(
                server: server,
                groupID: partnerID.text,
                groupName: "group \(partnerID.text)",
                user: Identity.user(partnerUserID: partnerUserID.text),
                name: partnerUserID.text
            )
            return .success(
                [.note("a LoginKey for \(server) has arrived: \(url)")]
                    + consider(launch, identity, configuration, at: now)
            )
        }
    }

    /// The server has said whose ticket it is, and which click the launch belongs to.
    package mutating func pickedUp(
        _ launch: Launch,
        _ identity: Identity,
        _ configuration: Configuration,
        at now: Int64
    ) -> [ClientAction] {
        guard launch.id > lastOver else { return [.decline(launch, .notAnswered)] }
        return consider(launch, identity, configuration, at: now)
    }

    /// The ticket could not be picked up.
    package mutating func pickUpFailed(_ launch: Launch, _ failure: ServiceFailure) -> [ClientAction] {
        guard launch.id > lastOver else { return [] }
        problem =
            failure == .unreachable
            ? "The server \(launch.server) cannot be reached. Click again in a moment."
            : "The link is not good any more. Click again."
        return [.note("launch \(launch.id) could not be picked up: \(failure)")]
    }

    /// Goes on with a launch at once, or asks first.
    private mutating func consider(
        _ launch: Launch,
        _ identity: Identity,
        _ configuration: Configuration,
        at now: Int64
    ) -> [ClientAction] {
        guard let (kind, text) = reasonToAsk(launch, identity, configuration) else {
            return withdrawQuestion(.notAnswered) + begin(launch, identity)
        }
        switch configuration.questions {
        case .confirm: return [.accept(identity)] + begin(launch, identity)
        case .decline:
            problem = "\(text) The policy of this computer says no."
            return [.note("declined by policy: \(kind.rawValue)"), .decline(launch, .policyDeclined)]
        case .ask:
            let withdrawn = withdrawQuestion(.notAnswered)
            let question = Question(
                id: "\(next())",
                kind: kind,
                text: text,
                launch: launch,
                identity: identity,
                ends: now + Self.questionMilliseconds
            )
            self.question = question
            return withdrawn + [.note("asking: \(kind.rawValue)"), .ask(question)]
        }
    }

    private func reasonToAsk(
        _ launch: Launch,
        _ identity: Identity,
        _ configuration: Configuration
    ) -> (Question.Kind, String)? {
        let who = "\(identity.name) of \(identity.groupName) on \(identity.server.name)"
        // A user who is being signed in right now must not be replaced unasked either.
        for other in [launching, signIn?.identity] {
            guard let other, !other.isSameUser(as: identity) else { continue }
            let current = "\(other.name) of \(other.groupName)"
            return (.changeUser, "You are signed in as \(current). Sign in as \(who) instead?")
        }
        if !configuration.accepted.contains(identity.acceptance) {
            return (.newGroup, "Sign in as \(who)? This computer has not been used for this group before.")
        }
        if let session, session.isLive, let target = launch.target, !session.matches(target) {
            return (
                .leaveSession, "You are in a session with \(session.other ?? "a visitor"). Leave it for another one?"
            )
        }
        return nil
    }
}

// MARK: The user answers

extension ClientStateMachine {
    /// The user says yes to a question.
    package mutating func confirm(_ id: String) -> [ClientAction]? {
        guard let question, question.id == id || id.isEmpty else { return nil }
        self.question = nil
        return [.note("confirmed: \(question.kind.rawValue)"), .withdraw(question), .accept(question.identity)]
            + begin(question.launch, question.identity)
    }

    /// The user says no to a question.
    package mutating func decline(_ id: String) -> [ClientAction]? {
        guard let question, question.id == id || id.isEmpty else { return nil }
        return withdrawQuestion(.userDeclined)
    }

    mutating func withdrawQuestion(_ reason: LaunchDeclineReason) -> [ClientAction] {
        guard let question else { return [] }
        self.question = nil
        return [
            .note("\(reason.rawValue): \(question.kind.rawValue)"), .withdraw(question),
            .decline(question.launch, reason),
        ]
    }

    /// The user leaves the session.
    package mutating func leave() -> [ClientAction] {
        guard session != nil else { return [] }
        session = nil
        return [.note("leaving the session"), .send(.leave), .disconnect]
    }

    /// The user says something to the other side.
    package mutating func say(_ text: String) -> [ClientAction]? {
        guard let session, session.phase == .live, (1...4096).contains(text.utf8.count) else { return nil }
        self.session?.remember(name: signIn?.identity.name ?? "", text, isOwn: true)
        return [.send(.message(text))]
    }

    /// The user signs out.
    package mutating func signOut() -> [ClientAction] {
        let actions = withdrawQuestion(.userDeclined) + leave()
        signIn = nil
        endLaunch()
        lastOver = count
        signInDue = nil
        renewalDue = nil
        return actions + [.note("signed out")]
    }

    /// The user, or the desktop, ends the client.
    package mutating func quit() -> [ClientAction] {
        signOut() + [.quit]
    }
}
