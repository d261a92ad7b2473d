package import LoginKey

/// One step of a click, as the administrator reads it.
///
/// It never holds a key, a signature, a token or a password.
package struct AuditEvent: Hashable, Sendable {
    /// What was attempted.
    package enum Action: String, Hashable, Sendable, CaseIterable {
        /// The CRM panel was shown.
        case panelShown
        /// The panel made a LoginKey at the click.
        case loginKeyIssued
        /// Credentials were checked.
        case authenticate
        /// A page was opened with the ticket that a sign-in has just left.
        case pageOpened
        /// After a right password a second factor was asked for; or a user has set one up.
        case secondFactor
        /// A link that sets a new password was asked for; or the password was set.
        case passwordReset
        /// A page was given a URL that opens the client.
        case launchOffered
        /// The client has received the URL.
        case launchPickedUp
        /// The client, or its user, will not carry the launch out.
        case launchDeclined
        /// A user has connected a client on a computer.
        case clientEnrolled
        /// A session was asked for.
        case sessionRequested
        /// A participant connected to the session server.
        case sessionConnected
        /// A session changed its status.
        case sessionStatus
        /// A visitor has let the agent see or use their page, or has taken the use of it back.
        case sessionConsent
        /// A session was taken over by another server.
        case sessionMoved
        /// An agent of a session has invited another, or one has come in beside others, was declined, has left or has got
        /// control.
        case sessionAgents
        /// A visitor who is present was asked to let an agent in, or has answered.
        case visitorInvited
        /// An administrator changed something.
        case administration
    }

    /// How it ended.
    package enum Outcome: String, Hashable, Sendable {
        /// It was done.
        case granted
        /// It was not.
        case refused
    }

    /// When, in Unix milliseconds.
    package var time: Int64
    /// Ties the events of one click together.
    package var correlationID: CorrelationID
    /// The group, as claimed when the outcome is ``Outcome/refused``.
    package var partnerID: PartnerID?
    /// Who: PartnerUserId or user name, as claimed when refused; at most 255 characters.
    package var actor: String
    /// What was attempted.
    package var action: Action
    /// How it ended.
    package var outcome: Outcome
    /// Why, as a code in lower camel case; empty when there is nothing to explain.
    package var reason: String
    /// Where the request came from: an address, or empty.
    package var source: String
    /// What else helps, without any secret.
    package var detail: String

    /// Makes an event.
    package init(
        time: Int64,
        correlationID: CorrelationID,
        partnerID: PartnerID? = nil,
        actor: String = "",
        action: Action,
        outcome: Outcome,
        reason: String = "",
        source: String = "",
        detail: String = ""
    ) {
        self.time = time
        self.correlationID = correlationID
        self.partnerID = partnerID
        self.actor = actor
        self.action = action
        self.outcome = outcome
        self.reason = reason
        self.source = source
        self.detail = detail
    }
}
