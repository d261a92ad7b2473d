/// An audit event as it is stored, with what proves that it was not changed.
package struct AuditRow: Hashable, Sendable {
    /// Numbers the rows from 1, in the order in which they were written.
    package var id: Int64
    /// The event.
    package var event: AuditEvent
    /// The hash over this row and the one before it, 32 bytes.
    package var hash: [UInt8]

    /// Makes a row.
    package init(id: Int64, event: AuditEvent, hash: [UInt8]) {
        self.id = id
        self.event = event
        self.hash = hash
    }
}
