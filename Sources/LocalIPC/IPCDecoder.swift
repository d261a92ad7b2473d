/// Takes messages out of a stream of bytes, however it is cut into pieces; without I/O.
package struct IPCDecoder: Sendable {
    private var buffer: [UInt8] = []

    /// Makes a decoder at the beginning of a stream.
    package init() {}

    /// Adds bytes as they arrived.
    package mutating func append(_ bytes: some Sequence<UInt8>) {
        buffer.append(contentsOf: bytes)
    }

    /// The next whole message; `nil` until more bytes have arrived.
    ///
    /// - Throws: ``LocalIPCError``; then nothing that follows can be read any more.
    package mutating func next() throws(LocalIPCError) -> IPCMessage? {
        guard buffer.count >= IPCMessage.lengthByteCount else { return nil }
        let count = buffer.prefix(IPCMessage.lengthByteCount).reduce(0) { $0 << 8 | Int($1) }
        guard (2...IPCMessage.maximumByteCount).contains(count) else { throw .malformedFrame }
        let end = IPCMessage.lengthByteCount + count
        guard buffer.count >= end else { return nil }
        let message = try IPCMessage(body: buffer[IPCMessage.lengthByteCount..<end])
        buffer.removeFirst(end)
        return message
    }
}
