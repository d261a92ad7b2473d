package import Accounts

/// What became of a launch, read from the audit events of its click.
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
    package var state = State.offered
    /// The version of the client that has received the URL.
    package var clientVersion = ""
    /// Why it was declined, as a code.
    package var reason = ""
    /// The key of a client that the user has not connected.
    package var clientKey: ClientKey?

    /// Reads the events of a click, oldest first.
    ///
    /// A correlation id is no secret, and others may have used it too: only what follows from the ticket counts, and
    /// what its user has done in sessions.
    ///
    /// - Parameters:
    ///   - events: All of one correlation id.
    ///   - mark: What stands in the details of what follows from the ticket.
    ///   - user: The ticket's user, as the audit calls them.
    ///   - status: Where the session stands; `nil` if it is over or was never there.
    package init(_ events: [AuditEvent], mark: String, user: String, session status: SessionStatus?) {
        var isConnected = false
        for event in events {
            switch event.action {
            case .sessionConnected where event.actor == user: isConnected = isConnected || event.outcome == .granted
            case .sessionRequested where event.actor == user && event.outcome == .refused: state = .refused
            default: if event.detail.contains(mark) { read(event) }
            }
        }
        if isConnected { state = status == .active ? .inSession : status == nil ? .ended : .waiting }
    }

    private mutating func read(_ event: AuditEvent) {
        switch event.action {
        case .launchPickedUp:
            state = .pickedUp
            clientVersion = event.detail.split(separator: " ").dropFirst().first.map(String.init) ?? ""
        case .launchDeclined:
            state = .declined
            reason = event.reason
        case .clientEnrolled:
            state = .pickedUp
            clientKey = nil
        case .authenticate where event.outcome == .granted: state = .signedIn
        case .authenticate where event.reason == "alreadyUsed": break
        case .authenticate:
            clientKey = event.reason == "clientNotEnrolled" ? ClientKey(String(event.detail.suffix(43))) : nil
            state = clientKey == nil ? .refused : .notEnrolled
        default: break
        }
    }
}
