internal import WireModels

/// How things are, for people and programs: what `status`, the window and the tests read.
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
    }

    /// The session.
    package struct Session: Codable, Equatable, Sendable {
        package var phase: String
        package var key: String?
        package var other: String?
        package var messages: [Message]
    }

    /// Something that was said.
    package struct Message: Codable, Equatable, Sendable {
        package var name: String
        package var text: String
        package var isOwn: Bool
    }

    /// What the user has to answer.
    package struct Question: Codable, Equatable, Sendable {
        package var id: String
        package var kind: String
        package var text: String
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
    package var problem: String?

    package init(_ machine: ClientStateMachine, version: String, clientKey: String, processID: Int32) {
        self.version = version
        self.code = ClientCode.text(of: clientKey)
        self.processID = processID
        self.state =
            machine.session?.phase == .live
            ? .inSession : machine.launch != nil ? .signingIn : machine.signIn != nil ? .signedIn : .signedOut
        self.account = machine.signIn.map { signIn in
            Account(
                name: signIn.identity.name,
                groupID: signIn.identity.groupID,
                groupName: signIn.identity.groupName,
                server: signIn.identity.server.text
            )
        }
        self.session = machine.session.map { session in
            Session(
                phase: session.phase.rawValue,
                key: session.key,
                other: session.other,
                messages: session.messages.map { Message(name: $0.name, text: $0.text, isOwn: $0.isOwn) }
            )
        }
        self.question = machine.question.map { Question(id: $0.id, kind: $0.kind.rawValue, text: $0.text) }
        self.problem = machine.problem
    }
}
