package import AccountAdministration
internal import Accounts
package import LoginKey

/// An administrator who changes accounts through a service, for the audit.
package struct AdministrationContext: Sendable {
    /// The administrator's sign-in.
    package let grant: Grant
    /// The administrator, for the rules of changes and their audit events.
    package let administrator: Administrator

    /// Makes an administration.
    ///
    /// - Parameters:
    ///   - grant: The administrator's sign-in.
    ///   - attempt: When, from where.
    ///   - channel: The service, such as `scim`.
    package init(_ grant: Grant, _ attempt: Attempt, by channel: String) {
        self.grant = grant
        let template = AuditEvent(
            time: attempt.time,
            correlationID: attempt.correlationID,
            partnerID: grant.group.partnerID,
            actor: grant.actor,
            action: .administration,
            outcome: .granted,
            source: attempt.source
        )
        self.administrator = Administrator(grant.user.id, recording: template, by: channel)
    }

    /// The administrator's group: the only one that may be changed.
    package var partnerID: PartnerID { grant.group.partnerID }
}
