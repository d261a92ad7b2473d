package import LoginKey

/// How far one launch of the desktop client has come: from the page that opened a protocol URL to the session.
package struct LaunchRecord: Hashable, Sendable {
    /// How far a launch has come.
    package enum State: String, Hashable, Sendable {
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
        /// The client was let into the session.
        case connected
    }

    /// Names the launch and its ticket.
    package let id: CorrelationID
    /// The group.
    package let partnerID: PartnerID
    /// Whose launch it is.
    package let userID: User.ID
    /// The click that it belongs to.
    package let correlationID: CorrelationID
    /// The session that the client is to enter.
    package let sessionKey: SessionKey
    /// How far it has come.
    package var state = State.offered
    /// The version of the client that received the URL; empty before that.
    package var clientVersion = ""
    /// Why it was declined, as a code; empty otherwise.
    package var reason = ""
    /// The key of a client that the user has not connected.
    package var clientKey: ClientKey?
    /// When the URL was made, in Unix seconds.
    package let createdAt: Int64
    /// When the state last changed, in Unix seconds.
    package var changedAt: Int64
    /// When the record may be forgotten, in Unix seconds.
    package let forgetAt: Int64

    /// Makes the record of a URL that has just been made.
    package init(
        id: CorrelationID,
        partnerID: PartnerID,
        userID: User.ID,
        correlationID: CorrelationID,
        sessionKey: SessionKey,
        createdAt: Int64,
        forgetAt: Int64
    ) {
        self.id = id
        self.partnerID = partnerID
        self.userID = userID
        self.correlationID = correlationID
        self.sessionKey = sessionKey
        self.createdAt = createdAt
        self.changedAt = createdAt
        self.forgetAt = forgetAt
    }

    /// Notes what has happened; once the client was let into the session, nothing else counts.
    ///
    /// - Parameters:
    ///   - change: What.
    ///   - now: When, in Unix seconds.
    package mutating func apply(_ change: LaunchChange, at now: Int64) {
        guard state != .connected else { return }
        changedAt = now
        clientKey = nil
        switch change {
        case .pickedUp(let version): (state, clientVersion) = (.pickedUp, version)
        case .declined(let code): (state, reason) = (.declined, code)
        case .notEnrolled(let key): (state, clientKey) = (.notEnrolled, key)
        case .enrolled: state = .pickedUp
        case .refused: state = .refused
        case .signedIn: state = .signedIn
        case .connected: state = .connected
        }
    }
}
