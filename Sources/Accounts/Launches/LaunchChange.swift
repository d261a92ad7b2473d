package import LoginKey

/// What happens to a launch.
package enum LaunchChange: Hashable, Sendable {
    /// A client of this version, 1 to 32 characters, has received the URL.
    case pickedUp(version: String)
    /// The client will not carry it out; the reason, as a code.
    case declined(reason: String)
    /// A client presented the ticket that the user has not connected.
    case notEnrolled(ClientKey)
    /// The user has connected that client.
    case enrolled
    /// The sign-in or the session was refused.
    case refused
    /// The client is signed in.
    case signedIn
    /// The client was let into the session.
    case connected
}

/// A change and the launches that it is about.
package struct LaunchUpdate: Hashable, Sendable {
    /// Which launches.
    package enum Target: Hashable, Sendable {
        /// The one with this id.
        case launch(CorrelationID)
        /// Those of a user and a click: what clients do in sessions names no launch.
        ///
        /// A correlation id is not secret, and others may use it too: the user must be the launch's.
        case click(CorrelationID, User.ID)
    }

    /// Which launches; there may be none.
    package let target: Target
    /// Their group.
    package let partnerID: PartnerID
    /// What has happened.
    package let change: LaunchChange

    /// Makes an update.
    package init(_ change: LaunchChange, of target: Target, in partnerID: PartnerID) {
        self.target = target
        self.partnerID = partnerID
        self.change = change
    }

    /// Whether a launch is meant.
    package func concerns(_ launch: LaunchRecord) -> Bool {
        guard launch.partnerID == partnerID else { return false }
        return switch target {
        case .launch(let id): launch.id == id
        case .click(let id, let userID): launch.correlationID == id && launch.userID == userID
        }
    }
}
