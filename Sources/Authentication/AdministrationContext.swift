package import Accounts
package import LoginKey

/// An administrator who changes accounts through a service, for the audit.
package struct AdministrationContext: Sendable {
    /// The administrator's sign-in.
    package let grant: Grant
    private let attempt: Attempt
    private let channel: String

    /// Makes an administration.
    ///
    /// - Parameters:
    ///   - grant: The administrator's sign-in.
    ///   - attempt: When, from where.
    ///   - channel: The service, such as `scim`.
    package init(_ grant: Grant, _ attempt: Attempt, by channel: String) {
        self.grant = grant
        self.attempt = attempt
        self.channel = channel
    }

    /// The administrator's group: the only one that may be changed.
    package var partnerID: PartnerID { grant.group.partnerID }

    /// The event of one change.
    ///
    /// - Parameter detail: What was changed, without any secret.
    /// - Returns: The event, to be written together with the change.
    package func event(_ detail: String) -> AuditEvent {
        AuditEvent(
            time: attempt.time,
            correlationID: attempt.correlationID,
            partnerID: partnerID,
            actor: grant.actor,
            action: .administration,
            outcome: .granted,
            source: attempt.source,
            detail: "\(channel): \(detail)"
        )
    }
}
