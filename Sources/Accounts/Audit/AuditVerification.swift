/// What a check of the audit chain has found.
///
/// Each row's hash covers the row before it, so that a change, a removal or an insertion shows. That rows at the end are gone,
/// or all hashes were computed anew, shows by the signed checkpoints; that the newest of these are gone too, only by a hash that
/// was noted elsewhere and is looked for later.
package struct AuditVerification: Sendable {
    /// How many rows were checked.
    package var rows = 0
    /// The number of the first row that does not match the one before it.
    package var firstBroken: Int64?
    /// The hash of the newest row that fits, 32 bytes; `nil` if no row does.
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
    /// A row that a checkpoint names, and that is not there or is another; `nil` if all are there.
    package var missing: AuditHead?
    /// How many rows no checkpoint covers yet.
    package var uncovered = 0

    /// Whether everything fits.
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
