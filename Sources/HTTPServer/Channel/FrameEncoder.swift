internal import NIOCore
internal import NIOWebSocket

/// Encodes the frames of a server, which are not masked (RFC 6455 section 5.2).
///
/// NIO's encoder never owns a payload alone, so that it writes each head in a buffer of its own: two writes for a frame. Here
/// small payloads are copied behind their head.
final class FrameEncoder: ChannelOutboundHandler {
    typealias OutboundIn = WebSocketFrame
    typealias OutboundOut = ByteBuffer

    /// Payloads of up to this many bytes are copied.
    private static let smallBytes = 4096
    /// How long a head may be.
    private static let headBytes = 10

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let frame = unwrapOutboundIn(data)
        let payload = frame.data
        let isSmall = payload.readableBytes <= Self.smallBytes
        let capacity = isSmall ? Self.headBytes + payload.readableBytes : Self.headBytes
        var buffer = context.channel.allocator.buffer(capacity: capacity)
        buffer.writeHead(of: frame)
        guard !isSmall else {
            buffer.writeImmutableBuffer(payload)
            return context.write(wrapOutboundOut(buffer), promise: promise)
        }
        context.write(wrapOutboundOut(buffer), promise: nil)
        context.write(wrapOutboundOut(payload), promise: promise)
    }
}

extension ByteBuffer {
    /// Writes everything of a frame that comes before its payload.
    fileprivate mutating func writeHead(of frame: WebSocketFrame) {
        let bits: [(Bool, UInt8)] = [(frame.fin, 0x80), (frame.rsv1, 0x40), (frame.rsv2, 0x20), (frame.rsv3, 0x10)]
        writeInteger(bits.reduce(UInt8(webSocketOpcode: frame.opcode)) { $1.0 ? $0 | $1.1 : $0 })
        switch frame.data.readableBytes {
        case let count where count < 126: writeInteger(UInt8(count))
        case let count where count <= UInt16.max: writeMultipleIntegers(UInt8(126), UInt16(count))
        case let count: writeMultipleIntegers(UInt8(127), UInt64(count))
        }
    }
}
