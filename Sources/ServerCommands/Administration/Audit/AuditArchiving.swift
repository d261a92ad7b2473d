internal import Accounts
internal import ServerApp

/// Moves old rows of the audit into a file: all of them are on disk there before any is removed.
///
/// A process that is killed loses nothing; the same command goes on where it stopped. The newest row of each chain stays.
struct AuditArchiving {
    let store: any AccountStore
    let file: AuditArchiveFile
    /// Rows before this moment are moved, in Unix milliseconds; in each chain, all up to the first younger one.
    let before: Int64

    /// Moves rows.
    ///
    /// - Parameter event: What the audit gets before a row is removed; from how many there are.
    /// - Returns: How many rows were removed from the store, and how many were new in the file.
    /// - Throws: ``CommandFailure`` for a file that is not continued by the store's rows; an error of store or system.
    func run(recording event: (Int) -> AuditEvent) async throws -> (removed: Int, written: Int) {
        // What is removed must be covered.
        _ = try await store.sealAudit(ifOlderThan: 0, isComplete: true)
        let archived = try await store.archivedAudit()
        for head in archived { try requireJoin(head) }
        let written = try await copy()
        try file.sync()
        return (try await remove(after: archived, recording: event), written)
    }

    private func remove(after archived: [AuditHead], recording event: (Int) -> AuditEvent) async throws -> Int {
        let starts = Dictionary(uniqueKeysWithValues: archived.map { ($0.chain, $0.id) })
        func start(_ head: AuditHead) -> Int64 { starts[head.chain] ?? AuditChain.start(of: head.chain) }
        let pieces = file.pieces.filter { $0.id > start($0) }
        let ends = Dictionary(pieces.map { ($0.chain, $0) }) { $0.id > $1.id ? $0 : $1 }
        let count = ends.values.reduce(0) { $0 + Int($1.id - start($1)) }
        // Also those that were archived before: a day may be left that has hardly anything else.
        let heads = Array(Dictionary(archived.map { ($0.chain, $0) }) { $1 }.merging(ends) { $1 }.values)
        if count > 0 { try await store.append([event(count)]) }
        if try await store.dropAuditDays(before: before, upTo: heads) { return count }
        for piece in pieces { try await store.removeAuditRows(upTo: piece, recording: nil) }
        if count > 0 { _ = try await store.dropAuditDays(before: before, upTo: heads) }
        return count
    }

    private func requireJoin(_ head: AuditHead) throws {
        guard let last = file.head(of: head.chain), last.id < head.id else { return }
        throw CommandFailure("rows were archived elsewhere since this file was written: name a new file")
    }

    private func copy() async throws -> Int {
        var (last, written) = (Int64(0), 0)
        // Written once a younger row of its chain is seen.
        var waiting: AuditRow?
        while case let rows = try await store.auditRows(after: last, limit: 1000), !rows.isEmpty {
            var old: [AuditRow] = []
            for row in rows where row.id > last {
                let chain = AuditChain.number(of: row.id)
                if let waiting, AuditChain.number(of: waiting.id) == chain { old.append(waiting) }
                let isOld = row.event.time < before
                waiting = isOld ? row : nil
                last = isOld ? row.id : AuditChain.start(of: chain + 1)
            }
            written += try file.append(old)
        }
        return written
    }
}
