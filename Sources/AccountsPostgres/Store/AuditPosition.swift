internal import Accounts
internal import AccountsSQL
internal import LoginKey

/// Where a node's own audit chain stands.
///
/// Each writing connection has a chain of its own, so that nodes do not queue for each other. A row's number holds the
/// chain's in its upper bits and counts from 1 in the lower ones; the first hash of a chain rests on its number.
struct AuditPosition {
    private(set) var id: Int64
    /// The time of the newest row, by which its part of the table is found.
    private(set) var time: Int64 = 0
    private(set) var chain: AuditChain

    /// Begins a chain.
    init(chain number: Int64) {
        id = AuditChain.start(of: number)
        chain = AuditChain(number: number)
    }

    /// Adds an event.
    ///
    /// - Returns: What its row holds, in the order of the columns of the table.
    mutating func append(_ event: AuditEvent) -> SQLArguments {
        id += 1
        time = event.time
        let hash = chain.append(event)
        return [
            id, event.time, event.correlationID.text, event.partnerID?.text, event.actor, event.action.rawValue,
            event.outcome.rawValue, event.reason, event.source, event.detail, hash,
        ]
    }
}
