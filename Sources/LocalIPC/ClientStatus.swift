/// How things are in the client: what ``IPCMessage/status(_:)`` holds as JSON.
package struct ClientStatus: Codable, Equatable, Sendable {
    /// Signed out, signing in, signed in, or in a session.
    package enum State: String, Codable, Sendable {
        case signedOut
        case signingIn
        case signedIn
        case inSession
    }

    /// Who is signed in.
    package struct Account: Codable, Equatable, Sendable {
        package var name: String
        package var groupID: String
        package var groupName: String
        package var server: String

        package init(name: String, groupID: String, groupName: String, server: String) {
            self.name = name
            self.groupID = groupID
            self.groupName = groupName
            self.server = server
        }
    }

    /// The session.
    package struct Session: Codable, Equatable, Sendable {
        package var phase: String
        package var key: String?
        package var other: String?
        package var messages: [Message]

        package init(phase: String, key: String?, other: String?, messages: [Message]) {
            self.phase = phase
            self.key = key
            self.other = other
            self.messages = messages
        }
    }

    /// Something that was said.
    package struct Message: Codable, Equatable, Sendable {
        package var name: String
        package var text: String
        package var isOwn: Bool

        package init(name: String, text: String, isOwn: Bool) {
            self.name = name
            self.text = text
            self.isOwn = isOwn
        }
    }

    /// What the user has to answer.
    package struct Question: Codable, Equatable, Sendable {
        package var id: String
        package var kind: String
        package var text: String

        package init(id: String, kind: String, text: String) {
            self.id = id
            self.kind = kind
            self.text = text
        }
    }

    /// The client's version.
    package var version: String
    /// The digits that the page shows too when this computer is connected.
    package var code: String
    /// The process.
    package var processID: Int32
    package var state: State
    package var account: Account?
    package var session: Session?
    package var question: Question?
    /// What went wrong last, in a sentence.
    package var problem: String?

    /// Makes a status.
    package init(
        version: String,
        code: String,
        processID: Int32,
        state: State,
        account: Account?,
        session: Session?,
        question: Question?,
        problem: String?
    ) {
        self.version = version
        self.code = code
        self.processID = processID
        self.state = state
        self.account = account
        self.session = session
        self.question = question
        self.problem = problem
    }
}
