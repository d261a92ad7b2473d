/// What a check of the audit chain has found.
///
/// Each row's hash covers the row before it, so that a change, a removal or an insertion shows; but not that the newest
/// rows are gone: for that, the ``newest`` hash has to be noted elsewhere and looked for later.
public struct AuditVerification: Sendable {
    /// How many rows were checked.
    public var rows = 0
    /// The number of the first row that does not fit to the one before it.
    public var firstBroken: Int64?
    /// The hash of the newest row that fits, 32 bytes; `nil` if no row does.
    public var newest: [UInt8]?
    /// Whether a row has the hash that was looked for.
    public var hasNoted = false
    /// Where the archived part of each chain ends, and the checked one begins.
    public var archived: [AuditHead] = []

    /// Makes the finding of an empty audit.
    public init() {}
}

extension AccountStore {
    /// Checks the audit chain.
    public func verifyAudit() async throws(AccountsError) -> AuditVerification {
        try await verifyAudit(lookingFor: nil)
    }
}
