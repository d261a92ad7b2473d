/// Takes messages out of a stream of bytes, however it is cut into pieces; without I/O.
package struct HandoffDecoder: Sendable {
    private var buffer: [UInt8] = []

    package init() {}

    /// Adds bytes as they arrived.
    package mutating func append(_ bytes: some Sequence<UInt8>) {
        buffer.append(contentsOf: bytes)
    }

    /// The next whole message; `nil` until more bytes have arrived.
    ///
    /// - Throws: ``HandoffError``; then nothing that follows can be read any more.
    package mutating func next() throws(HandoffError) -> HandoffMessage? {
        guard buffer.count >= HandoffMessage.lengthByteCount else { return nil }
        let count = buffer.prefix(HandoffMessage.lengthByteCount).reduce(0) { $0 << 8 | Int($1) }
        guard (2...HandoffMessage.maximumByteCount).contains(count) else { throw .malformedFrame }
        let end = HandoffMessage.lengthByteCount + count
        guard buffer.count >= end else { return nil }
        let message = try HandoffMessage(body: buffer[HandoffMessage.lengthByteCount..<end])
        buffer.removeFirst(end)
        return message
    }
}
