package import Accounts
package import WireProtocol

/// What a page learns of its launch.
package struct LaunchProgress: Equatable, Sendable {
    /// How far it has come.
    package let state: LaunchReport.State
    /// The version of the client that received the URL; empty before that.
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
