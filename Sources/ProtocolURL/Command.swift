extension ProtocolURL {
    /// What a URL asks the client to do.
    package enum Command: String, Hashable, Sendable, CaseIterable {
        /// Sign in.
        case authenticate
        /// Sign in and join a session of a group.
        case agentjoin
        /// Sign in and start a session.
        case startssn
        /// Sign in and start a session in which the agent shows.
        case show
        /// Sign in and start a session in which the agent views.
        case view
        /// Sign in and join a session by its key.
        case join
        /// Sign in.
        case login
    }
}

extension ProtocolURL.Command {
    /// Whether a part has to be there.
    enum Presence: Sendable {
        case never
        case optional
        case always

        func allows(_ part: String?) -> Bool {
            switch self {
            case .never: part == nil
            case .optional: true
            case .always: part != nil
            }
        }
    }

    /// Which parts the command takes.
    struct Shape: Sendable {
        /// Whether a web server may follow the command; one has to where a group follows.
        var takesWebServer = true
        /// Whether group and session key follow the web server in the path.
        var hasGroup = false
        /// Whether there is a session key: in the path behind a group, else the parameter `key`.
        var sessionKey = Presence.never
    }

    /// The parts of each command.
    var shape: Shape {
        switch self {
        case .authenticate: Shape(takesWebServer: false)
        case .login: Shape()
        case .agentjoin: Shape(hasGroup: true, sessionKey: .always)
        case .startssn, .show, .view: Shape(sessionKey: .optional)
        case .join: Shape(sessionKey: .always)
        }
    }
}
