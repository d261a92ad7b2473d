package import Accounts
package import WireProtocol

/// What a page learns of its launch.
package struct LaunchProgress: Equatable, Sendable {
    /// How far it has come.
    package enum State: String, Sendable {
        /// Nobody has received the URL yet.
        case offered
        /// A client has received it.
        case pickedUp
        /// The client, or its user, said no.
        case declined
        /// A client that the user has not connected presented the ticket.
        case notEnrolled
        /// The sign-in or the session was refused.
        case refused
        /// The client is signed in.
        case signedIn
        /// The client is connected and waits for the other side.
        case waiting
        /// Both sides are in the session.
        case inSession
        /// The session is over.
        case ended
    }

    /// How far it has come.
    package let state: State
    /// The version of the client that has received the URL; empty before.
    package let clientVersion: String
    /// Why it was declined, as a code; empty otherwise.
    package let reason: String
    /// The key of a client that the user has not connected.
    package let clientKey: ClientKey?

    /// Puts a launch and its session together.
    ///
    /// - Parameters:
    ///   - launch: The launch.
    ///   - status: Where the session stands; `nil` if it is over or was never there.
    package init(_ launch: LaunchRecord, session status: SessionStatus?) {
        state =
            switch launch.state {
            case .offered: .offered
            case .pickedUp: .pickedUp
            case .declined: .declined
            case .notEnrolled: .notEnrolled
            case .refused: .refused
            case .signedIn: .signedIn
            case .connected where status == .active: .inSession
            case .connected: status == nil ? .ended : .waiting
            }
        clientVersion = launch.clientVersion
        reason = launch.reason
        clientKey = launch.clientKey
    }
}
