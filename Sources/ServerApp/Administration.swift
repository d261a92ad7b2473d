package import Accounts
internal import Foundation
package import LoginKey

/// The audit events of changes that an administrator makes on the command line.
package enum Administration {
    /// The event of one change.
    package static func event(_ detail: String, in partnerID: PartnerID?) -> AuditEvent {
        AuditEvent(
            time: TimeSource.system.milliseconds,
            correlationID: RandomSource.system.correlationID(),
            partnerID: partnerID,
            actor: ProcessInfo.processInfo.userName,
            action: .administration,
            outcome: .granted,
            source: "command line",
            detail: detail
        )
    }
}
