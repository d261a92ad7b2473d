/// What a check of the audit chain has found.
///
/// Each row's hash covers the row before it, so that a change, a removal or an insertion shows. The signed checkpoints show if
/// rows at the end are gone, or if all hashes were recomputed. If the newest checkpoints are gone too, only a hash that was noted
/// elsewhere and is looked for later shows it.
package struct AuditVerification: Sendable {
    /// How many rows were checked.
    package var rows = 0
    /// The number of the first row that does not match the one before it.
    package var firstBroken: Int64?
    /// The hash of the newest row that matches, 32 bytes; `nil` if no row does.
    package var newest: [UInt8]?
    /// Whether a row or a checkpoint has the hash that was looked for.
    package var hasNoted = false
    /// Where the archived part of each chain ends, and the checked one begins.
    package var archived: [AuditHead] = []
    /// How many checkpoints were checked.
    package var checkpoints = 0
    /// The newest checkpoint; `nil` if there is none.
    package var newestCheckpoint: AuditCheckpoint?
    /// The number of the first checkpoint that is not signed, or does not match the one before it.
    package var firstBrokenCheckpoint: Int64?
    /// A row that a checkpoint names, and that is missing or different; `nil` if there is none.
    package var missing: AuditHead?
    /// How many rows no checkpoint covers yet.
    package var uncovered = 0

    /// Whether everything matches.
    package var isSound: Bool { firstBroken == nil && firstBrokenCheckpoint == nil && missing == nil }

    /// Makes the finding of an empty audit.
    package init() {}
}

extension AccountStore {
    /// Checks the audit chain.
    package func verifyAudit() async throws(AccountsError) -> AuditVerification {
        try await verifyAudit(lookingFor: nil)
    }
}
