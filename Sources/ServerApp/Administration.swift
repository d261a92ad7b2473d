package import AccountAdministration
package import Accounts
internal import Foundation
package import LoginKey

/// The audit events of changes that an administrator makes on the command line.
package enum Administration {
    /// The operator, who changes something in a group; all of it counts as one click.
    package static func administrator(of partnerID: PartnerID) -> Administrator {
        Administrator(nil, recording: event("", in: partnerID))
    }

    /// The event of one change.
    ///
    /// - Parameters:
    ///   - detail: What was changed.
    ///   - partnerID: The group; `nil` if it is about all of them.
    ///   - correlationID: The click that follows from it; a new one unless it is given.
    /// - Returns: The event.
    package static func event(
        _ detail: String,
        in partnerID: PartnerID?,
        correlationID: CorrelationID = RandomSource.system.correlationID()
    ) -> AuditEvent {
        AuditEvent(
            time: TimeSource.system.milliseconds,
            correlationID: correlationID,
            partnerID: partnerID,
            actor: ProcessInfo.processInfo.userName,
            action: .administration,
            outcome: .granted,
            source: "command line",
            detail: detail
        )
    }
}
