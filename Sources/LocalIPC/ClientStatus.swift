/// How things are in the client: what ``IPCMessage/status(_:)`` holds as JSON.
package struct ClientStatus: Codable, Equatable, Sendable {
    /// Signed out, signing in, signed in, or in a session.
    package enum State: String, Codable, Sendable {
        /// Nobody is signed in.
        case signedOut
        /// A launch is on its way.
        case signingIn
        /// Somebody is signed in, and in no live session.
        case signedIn
        /// A session is live.
        case inSession
    }

    /// Who is signed in.
    package struct Account: Codable, Equatable, Sendable {
        /// What people call the user.
        package var name: String
        /// The PartnerId.
        package var groupID: String
        /// What people call the group.
        package var groupName: String
        /// The server's address, such as `https://latchkey.example`.
        package var server: String

        /// Makes an account.
        package init(name: String, groupID: String, groupName: String, server: String) {
            self.name = name
            self.groupID = groupID
            self.groupName = groupName
            self.server = server
        }
    }

    /// The session.
    package struct Session: Codable, Equatable, Sendable {
        /// How far the session has come, as a code of the client's state machine.
        package var phase: String
        /// The session's key; `nil` before there is one.
        package var key: String?
        /// The visitor's name; `nil` while nobody is there.
        package var other: String?
        /// What was said, oldest first.
        package var messages: [Message]

        /// Makes a session.
        package init(phase: String, key: String?, other: String?, messages: [Message]) {
            self.phase = phase
            self.key = key
            self.other = other
            self.messages = messages
        }
    }

    /// Something that was said.
    package struct Message: Codable, Equatable, Sendable {
        /// Who said it.
        package var name: String
        /// The words.
        package var text: String
        /// Whether the user of this client said it.
        package var isOwn: Bool

        /// Makes a message.
        package init(name: String, text: String, isOwn: Bool) {
            self.name = name
            self.text = text
            self.isOwn = isOwn
        }
    }

    /// What the user has to answer.
    package struct Question: Codable, Equatable, Sendable {
        /// Names the question, for the answer.
        package var id: String
        /// What it is about, as a code of the client's state machine.
        package var kind: String
        /// The sentence to show.
        package var text: String

        /// Makes a question.
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
    /// How far the client is.
    package var state: State
    /// Who is signed in; `nil` for nobody.
    package var account: Account?
    /// The session; `nil` for none.
    package var session: Session?
    /// What the user has to answer; `nil` for nothing.
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
