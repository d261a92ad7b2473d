/// Goes through rows of the audit, those of each chain in their order, and finds the first that does not match.
package struct AuditCheck: Sendable {
    /// How far a chain was checked.
    private struct End {
        var id: Int64
        var chain: AuditChain
    }

    /// What was found so far.
    package private(set) var found = AuditVerification()
    private let noted: [UInt8]?
    private let acceptsAnyBeginning: Bool
    /// What each chain must reach, and has not reached yet.
    private var due: [Int64: AuditHead]
    private var ends: [Int64: End] = [:]
    /// The chain with the newest row, and that row's time.
    private var newest: (chain: Int64, time: Int64)?

    /// Begins a check.
    ///
    /// - Parameters:
    ///   - archived: Where chains begin if not with their first row.
    ///   - noted: A hash that was noted earlier, 32 bytes.
    ///   - heads: A row of each chain that must come, according to a checkpoint.
    ///   - acceptsAnyBeginning: Whether the first row of a chain is accepted whichever it is.
    package init(
        after archived: [AuditHead] = [],
        lookingFor noted: [UInt8]? = nil,
        reaching heads: [AuditHead] = [],
        acceptsAnyBeginning: Bool = false
    ) {
        due = Dictionary(heads.map { ($0.chain, $0) }) { $1 }
        self.noted = noted
        self.acceptsAnyBeginning = acceptsAnyBeginning
        found.archived = archived
        for head in archived {
            ends[head.chain] = End(id: head.id, chain: AuditChain(head: head.hash))
            if head.hash == noted { found.hasNoted = true }
        }
    }

    /// Checks the next row of its chain; after the first that does not match, does nothing.
    ///
    /// - Parameters:
    ///   - id: The row's number.
    ///   - event: What it holds; `nil` if that cannot be read.
    ///   - hash: Its hash.
    package mutating func add(_ id: Int64, _ event: AuditEvent?, _ hash: [UInt8]) {
        guard found.firstBroken == nil else { return }
        found.rows += 1
        let number = AuditChain.number(of: id)
        guard let event, let end = next(of: number, id, event, hash) else {
            found.firstBroken = id
            return
        }
        ends[number] = end
        note(hash, number, event.time)
        cover(id, number, hash)
    }

    private mutating func cover(_ id: Int64, _ number: Int64, _ hash: [UInt8]) {
        guard let head = due[number] else {
            found.uncovered += 1
            return
        }
        if head.id == id, head.hash == hash { due[number] = nil }
    }

    /// The first row that had to come and did not.
    package var missing: AuditHead? { due.values.min { $0.id < $1.id } }

    /// Where the chain ends with a row; `nil` if the row does not match.
    private mutating func next(of number: Int64, _ id: Int64, _ event: AuditEvent, _ hash: [UInt8]) -> End? {
        let known = ends.removeValue(forKey: number)
        if known == nil, acceptsAnyBeginning { return End(id: id, chain: AuditChain(head: hash)) }
        var end = known ?? End(id: AuditChain.start(of: number), chain: AuditChain(number: number))
        guard end.id + 1 == id, end.chain.append(event) == hash else { return nil }
        end.id = id
        return end
    }

    /// The last row of each chain that was checked, in the order of the chains.
    package var heads: [AuditHead] {
        ends.values.map { AuditHead(id: $0.id, hash: $0.chain.head) }.sorted { $0.id < $1.id }
    }

    /// The last row of one chain that was checked; `nil` if none was.
    package func head(of chain: Int64) -> AuditHead? {
        ends[chain].map { AuditHead(id: $0.id, hash: $0.chain.head) }
    }

    private mutating func note(_ hash: [UInt8], _ chain: Int64, _ time: Int64) {
        found.hasNoted = found.hasNoted || hash == noted
        if let newest, newest.chain != chain, newest.time > time { return }
        newest = (chain, time)
        found.newest = hash
    }
}
