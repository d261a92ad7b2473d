/// What checkpoints say together, read in their order.
package struct AuditCheckpointTrail: Sendable {
    /// The newest one.
    package private(set) var last: AuditCheckpoint?
    /// The newest row of each chain that any has named.
    package private(set) var heads: [Int64: AuditHead] = [:]
    /// How many heads are in those after the last full one.
    private var countSinceFull = 0

    /// Begins without any.
    package init() {}

    /// Adds the next one.
    ///
    /// - Returns: Whether it matches: it follows the one before, and the first is full.
    package mutating func add(_ checkpoint: AuditCheckpoint) -> Bool {
        let fits =
            if let last {
                checkpoint.number == last.number + 1 && checkpoint.previous == last.hash
            } else {
                checkpoint.isFull
            }
        countSinceFull = checkpoint.isFull ? 0 : countSinceFull + checkpoint.heads.count
        for head in checkpoint.heads { heads[head.chain] = head }
        last = checkpoint
        return fits
    }

    /// The next checkpoint.
    ///
    /// It names what has changed, and now and then all chains, so that there is never much to read and earlier checkpoints can
    /// be removed. A chain that was named once is never left out.
    ///
    /// - Parameters:
    ///   - changed: The newest rows of the chains that have changed.
    ///   - time: When.
    /// - Returns: The checkpoint.
    package func next(_ changed: [AuditHead], at time: Int64) -> AuditCheckpoint {
        let all = heads.merging(changed.map { ($0.chain, $0) }) { $1 }
        let isFull = all.count == changed.count || countSinceFull + changed.count >= all.count + 64
        return AuditCheckpoint(
            number: (last?.number ?? 0) + 1,
            time: time,
            isFull: isFull,
            previous: last?.hash ?? [],
            heads: (isFull ? Array(all.values) : changed).sorted { $0.id < $1.id }
        )
    }
}

/// The result of an attempt to write a checkpoint.
package struct AuditSealing: Sendable {
    /// The checkpoint; `nil` if there was nothing to write, or somebody else has just written one.
    package var checkpoint: AuditCheckpoint?
    /// Rows that an earlier checkpoint names and that are gone or different: somebody has changed the audit.
    package var lost: [AuditHead] = []

    /// Makes it.
    package init(checkpoint: AuditCheckpoint? = nil, lost: [AuditHead] = []) {
        self.checkpoint = checkpoint
        self.lost = lost
    }
}
