package import Accounts
package import Authentication
internal import LoginKey
package import WireProtocol

// What the client tells the launch service before it signs in. It proves nothing yet: these are notes for the page.

extension LaunchService {
    /// Whose launch a client has picked up.
    package struct PickUp: Sendable {
        /// The group.
        package let group: Group
        /// The user.
        package let user: User
        /// The click that the launch belongs to.
        package let correlationID: CorrelationID
    }

    /// Writes down that a client has received a URL.
    ///
    /// - Parameters:
    ///   - ticket: What stood in the URL.
    ///   - version: The client's own.
    ///   - attempt: When and from where.
    /// - Returns: Whose ticket it is; `nil` if it is not good any more.
    /// - Throws: ``AccountsError/Code/storeUnavailable``.
    package func pickUp(
        ticket: String,
        version: String,
        attempt: Attempt
    ) async throws(AccountsError) -> PickUp? {
        guard let owner = try await authenticator.owner(ofLaunchTicket: ticket, at: attempt.seconds),
            let user = owner.snapshot.user
        else { return nil }
        let detail = "client \(version) by launch ticket \(owner.id)"
        try await authenticator.store.updateLaunches(
            LaunchUpdate(.pickedUp(version: version), of: .launch(owner.id), in: user.partnerID),
            recording: event(.launchPickedUp, .granted, "", user, owner.correlationID, attempt, detail)
        )
        return PickUp(group: owner.snapshot.group, user: user, correlationID: owner.correlationID)
    }

    /// Writes down that a client will not carry a launch out; the ticket stays unspent and runs out.
    ///
    /// - Returns: Whether the ticket was good.
    package func decline(
        ticket: String,
        reason: LaunchDeclineReason,
        attempt: Attempt
    ) async throws(AccountsError) -> Bool {
        guard let owner = try await authenticator.owner(ofLaunchTicket: ticket, at: attempt.seconds),
            let user = owner.snapshot.user
        else { return false }
        let code = reason.rawValue
        let detail = "by launch ticket \(owner.id)"
        try await authenticator.store.updateLaunches(
            LaunchUpdate(.declined(reason: code), of: .launch(owner.id), in: user.partnerID),
            recording: event(.launchDeclined, .refused, code, user, owner.correlationID, attempt, detail)
        )
        return true
    }

    func event(
        _ action: AuditEvent.Action,
        _ outcome: AuditEvent.Outcome,
        _ reason: String,
        _ user: User,
        _ correlationID: CorrelationID,
        _ attempt: Attempt,
        _ detail: String
    ) -> AuditEvent {
        AuditEvent(
            time: attempt.time,
            correlationID: correlationID,
            partnerID: user.partnerID,
            actor: user.partnerUserID?.text ?? user.username.text,
            action: action,
            outcome: outcome,
            reason: reason,
            source: attempt.source,
            detail: detail
        )
    }
}
