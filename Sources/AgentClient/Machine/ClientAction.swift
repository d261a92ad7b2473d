/// What the client's driver has to do, in this order.
package enum ClientAction: Equatable, Sendable {
    /// Tell the server that a ticket has arrived, and ask whose it is; answered by `pickedUp`.
    case pickUp(Launch)
    /// Tell the server why a ticket is not used.
    case decline(Launch, DeclineReason)
    /// Show a question; answered by `confirm` or `decline`.
    case ask(Question)
    /// The question is not there any more.
    case withdraw(Question)
    /// Sign in; answered by `signedIn` or `signInFailed`.
    case signIn(Launch)
    /// Get a new token; answered by `renewed` or `renewalFailed`.
    case renew(SignIn)
    /// Remember that a group was accepted.
    case accept(Identity)
    /// Ask for a way into a session; answered by `admitted` or `admissionFailed`.
    case request(SessionTarget, SignIn, attempt: Int)
    /// Connect to a session server; answered by `received` and `lost`.
    case connect(Admission, attempt: Int)
    /// Send something on the connection.
    case send(SessionCommand)
    /// Close the connection.
    case disconnect
    /// Write something into the log.
    case note(String)
    /// End the client.
    case quit

    /// Why a ticket is not used, in the server's words.
    package enum DeclineReason: String, Equatable, Sendable {
        case userDeclined
        case notAnswered
        case policyDeclined
    }
}

/// What the client sends to the session server.
package enum SessionCommand: Equatable, Sendable {
    /// Something for the other side.
    case message(String)
    /// The agent leaves.
    case leave
}

/// What the session server tells the client, as far as it matters here.
package enum SessionNews: Equatable, Sendable {
    /// The server has let the client in; `other` is who is there already.
    case connected(isActive: Bool, other: String?)
    /// The visitor is being asked.
    case consentPending
    /// Both sides are in.
    case active(visitor: String)
    /// The visitor has connected.
    case arrived(String)
    /// The visitor's connection broke.
    case away
    /// The visitor has left.
    case left
    /// The other side says something.
    case message(name: String, text: String)
    /// The session is over, with a status of `docs/protocol.md#sessions`.
    case ended(String)
    /// The server does not let the client in, and why.
    case refused(String)
}
