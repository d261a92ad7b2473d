internal import LoginKey
package import ProtocolURL

/// One opening of a protocol URL, on its way to a sign-in.
package struct Launch: Equatable, Sendable {
    /// Names the launch within this client's life.
    package let id: Int
    /// What was opened.
    package let url: ProtocolURL
    /// The configured server that it is for.
    package let server: ServerAddress
    /// Ties everything that follows to the click.
    package var correlationID: String

    /// The session that it leads to; `nil` for only a sign-in.
    package var target: SessionTarget? {
        switch url.command {
        case .authenticate, .login: nil
        case .agentjoin, .join: url.sessionKey.map { .join($0) }
        case .startssn, .show, .view: .start(url.sessionKey)
        }
    }

    /// The ticket, if it has one: without it the server cannot be told anything about the launch.
    package var ticket: String? {
        guard case .ticket(let ticket) = url.credential else { return nil }
        return ticket
    }
}

/// Which session to enter.
package enum SessionTarget: Equatable, Sendable {
    /// The one with this key, when it is there.
    case join(String)
    /// A new one with this key, or with one of the server's choice.
    case start(String?)
}

/// Where the viewer shows a session.
enum SessionViewPlace: String, Equatable, Sendable {
    /// In the client's window.
    case window
    /// In the browser.
    case browser
}

/// Who is, or is about to be, signed in.
package struct Identity: Equatable, Sendable {
    /// The server.
    package var server: ServerAddress
    /// The group.
    package var groupID: String
    /// What people call the group.
    package var groupName: String
    /// Names the user within the group, see ``user(partnerUserID:username:)``.
    package var user: String
    /// What people call the user.
    package var name: String

    /// Makes an identity.
    package init(server: ServerAddress, groupID: String, groupName: String, user: String, name: String) {
        self.server = server
        self.groupID = groupID
        self.groupName = groupName
        self.user = user
        self.name = name
    }

    /// One spelling for users with a PartnerUserId and those without.
    package static func user(partnerUserID: String, username: String = "") -> String {
        partnerUserID.isEmpty ? "username \(username)" : "partnerUserID \(partnerUserID)"
    }

    /// Whether this is the same user, byte for byte.
    package func isSameUser(as other: Self) -> Bool {
        server == other.server && groupID == other.groupID && user.utf8.elementsEqual(other.user.utf8)
    }

    /// The group on its server, as it is remembered.
    package var acceptance: String { "\(server.text) \(groupID)" }
}

/// A sign-in, in memory only.
package struct SignIn: Equatable, Sendable {
    /// Who.
    package var identity: Identity
    /// The `authToken`.
    package var token: String
    /// What a new token is requested with.
    package var sessionID: String
    /// When the token ends, in Unix milliseconds.
    package var tokenEnds: Int64
    /// The click that led here.
    package var correlationID: String

    /// Makes a sign-in.
    package init(identity: Identity, token: String, sessionID: String, tokenEnds: Int64, correlationID: String) {
        self.identity = identity
        self.token = token
        self.sessionID = sessionID
        self.tokenEnds = tokenEnds
        self.correlationID = correlationID
    }
}

/// Why a request to the web services did not succeed.
package enum ServiceFailure: Error, Equatable, Sendable {
    /// The server said no; nothing but its administrator can change that.
    case refused
    /// There is no such session yet.
    case notStarted
    /// There is such a session already.
    case conflict
    /// The server cannot be reached or is not available; it is worth trying again.
    case unreachable
}

/// Something that the user must say yes or no to.
package struct Question: Equatable, Sendable {
    /// What it is about.
    package enum Kind: String, Equatable, Sendable {
        /// A group that has never been accepted on this computer.
        case newGroup
        /// Another user than the one who is signed in.
        case changeUser
        /// Leaving a live session for another one.
        case leaveSession
    }

    /// Names the question within this client's life.
    package let id: String
    /// What it is about.
    package let kind: Kind
    /// The question.
    package let text: String
    let launch: Launch
    let identity: Identity
    /// When it counts as declined, in Unix milliseconds.
    let ends: Int64
}

/// What is done with questions.
package enum QuestionPolicy: String, Codable, Equatable, Sendable {
    /// The user is asked.
    case ask
    /// Yes to all: for computers that an administrator manages.
    case confirm
    /// No to all.
    case decline
}
