internal import Crypto
internal import LoginKey

/// Chains audit rows: each row's hash covers the row and the hash before it, so that a changed, removed or inserted
/// row breaks the chain at a place that can be named (`docs/threats.md#log-injection`).
package struct AuditChain: Sendable {
    /// The hash of the newest row, 32 bytes; zeros before the first.
    package private(set) var head: [UInt8]

    /// Continues from a stored hash, or begins a chain.
    package init(head: [UInt8]? = nil) {
        self.head = head ?? [UInt8](repeating: 0, count: 32)
    }

    /// Begins one of several chains of a store: rows of one do not match another.
    package init(number: Int64) {
        var start: [UInt8] = []
        start.append(bigEndian: number)
        self.init(head: [UInt8](repeating: 0, count: 24) + start)
    }

    /// Adds an event and returns its hash.
    package mutating func append(_ event: AuditEvent) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        bytes.append(contentsOf: head)
        bytes.append(bigEndian: event.time)
        append(event.correlationID.text, to: &bytes)
        append(event.partnerID?.text ?? "", to: &bytes)
        append(event.actor, to: &bytes)
        append(event.action.rawValue, to: &bytes)
        append(event.outcome.rawValue, to: &bytes)
        append(event.reason, to: &bytes)
        append(event.source, to: &bytes)
        append(event.detail, to: &bytes)
        // The hash takes a pointer here: its way through `DataProtocol` costs more than the hashing.
        var hash = SHA256()
        unsafe bytes.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
        head = unsafe hash.finalize().withUnsafeBytes { unsafe Array($0) }
        return head
    }

    private func append(_ field: String, to bytes: inout [UInt8]) {
        bytes.append(bigEndian: Int64(field.utf8.count))
        bytes.append(contentsOf: field.utf8)
    }
}
