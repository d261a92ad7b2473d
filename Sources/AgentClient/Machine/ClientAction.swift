package import WireProtocol

/// What the client's driver must do, in this order.
package enum ClientAction: Equatable, Sendable {
    /// Tell the server that a ticket has arrived, and ask whose it is; answered by `pickedUp`.
    case pickUp(Launch)
    /// Tell the server why a ticket is not used.
    case decline(Launch, LaunchDeclineReason)
    /// Show a question; answered by `confirm` or `decline`.
    case ask(Question)
    /// The question is gone.
    case withdraw(Question)
    /// Sign in; answered by `signedIn` or `signInFailed`.
    case signIn(Launch)
    /// Get a new token; answered by `renewed` or `renewalFailed`.
    case renew(SignIn)
    /// Remember that a group was accepted.
    case accept(Identity)
    /// Ask for the way into a session; answered by `admitted` or `admissionFailed`.
    case request(SessionTarget, SignIn, attempt: Int)
    /// Connect to a session server; answered by `received` and `lost`.
    case connect(SessionAdmission, attempt: Int)
    /// Send something on the connection.
    case send(ParticipantCommand)
    /// Close the connection.
    case disconnect
    /// Write something into the log.
    case note(String)
    /// End the client.
    case quit
}
