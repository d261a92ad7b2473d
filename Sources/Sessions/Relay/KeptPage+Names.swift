internal import NIOCore
internal import WireProtocol

extension [DataMessage] {
    /// Whether an address is a text by itself in snapshots and changes, which end their payloads with all texts,
    /// with zeros between them (`docs/session-format.md`).
    func name(_ address: String) -> Bool {
        let wanted: [UInt8] = [0] + address.utf8
        var payload: [UInt8] = []
        for message in self {
            let frame = message.bytes
            let flags = DataFramePart(rawValue: frame.getInteger(at: frame.readerIndex + 1) ?? 0)
            if flags.contains(.first) { payload.removeAll(keepingCapacity: true) }
            payload += frame.readableBytesView.dropFirst(2)
            if flags.contains(.last), payload.hasText(wanted) { return true }
        }
        return false
    }
}

extension [UInt8] {
    /// Whether the bytes are in it, followed by a zero or the end.
    fileprivate func hasText(_ wanted: [UInt8]) -> Bool {
        var start = 0
        while let zero = self[start...].firstIndex(of: 0) {
            let end = zero + wanted.count
            guard end <= count else { return false }
            if end == count || self[end] == 0, self[zero..<end].elementsEqual(wanted) { return true }
            start = zero + 1
        }
        return false
    }
}
