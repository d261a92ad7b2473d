internal import Crypto
internal import LoginKey

/// Chains audit rows: each row's hash covers the row and the hash before it, so that a changed, removed or inserted
/// row breaks the chain at a place that can be named (THREATS 25).
public struct AuditChain: Sendable {
    /// The hash of the newest row, 32 bytes; zeros before the first.
    public private(set) var head: [UInt8]

    /// Continues from a stored hash.
    public init(head: [UInt8] = [UInt8](repeating: 0, count: 32)) {
        self.head = head
    }

    /// Adds an event and returns its hash.
    public mutating func append(_ event: AuditEvent) -> [UInt8] {
        var bytes = head
        bytes.reserveCapacity(256)
        appendBigEndian(event.time, to: &bytes)
        for field in [
            event.correlationID.text, event.partnerID?.text ?? "", event.actor, event.action.rawValue,
            event.outcome.rawValue, event.reason, event.source, event.detail,
        ] {
            appendBigEndian(Int64(field.utf8.count), to: &bytes)
            bytes.append(contentsOf: field.utf8)
        }
        head = Array(SHA256.hash(data: bytes))
        return head
    }

    private func appendBigEndian(_ number: Int64, to bytes: inout [UInt8]) {
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> Int64(shift)))
        }
    }
}
