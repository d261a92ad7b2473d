import NIOCore
import NIOEmbedded
import NIOWebSocket
import Testing

@testable import HTTPServer

/// What NIO's decoder reads of what ``FrameEncoder`` has written.
struct FrameEncoderTests {
    /// At the edges of the three forms of a length, and of what is copied.
    @Test(arguments: [0, 1, 125, 126, 4096, 4097, 65535, 65536, 262_144])
    func `a frame is read as it was written`(_ count: Int) throws {
        let payload = ByteBuffer(bytes: (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) })
        for opcode in [WebSocketOpcode.text, .binary, .ping, .pong, .connectionClose] {
            let isControl = opcode != .text && opcode != .binary
            guard count <= 125 || !isControl else { continue }
            let frame = WebSocketFrame(fin: true, rsv1: opcode == .binary, opcode: opcode, data: payload)
            let read = try Self.read(try Self.write(frame))
            #expect(read.opcode == opcode && read.fin && read.rsv1 == frame.rsv1 && !read.rsv2 && !read.rsv3)
            #expect(read.maskKey == nil && read.data == payload)
        }
    }

    @Test func `a frame with a small payload is one write`() throws {
        let frame = WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: "hello"))
        #expect(try Self.write(frame) == [ByteBuffer(bytes: [0x81, 5] + Array("hello".utf8))])
    }

    private static func write(_ frame: WebSocketFrame) throws -> [ByteBuffer] {
        let channel = EmbeddedChannel(handler: FrameEncoder())
        try channel.writeOutbound(frame)
        var buffers: [ByteBuffer] = []
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) { buffers.append(buffer) }
        return buffers
    }

    private static func read(_ buffers: [ByteBuffer]) throws -> WebSocketFrame {
        let decoder = ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: 1 << 20))
        let channel = EmbeddedChannel(handler: decoder)
        for buffer in buffers { try channel.writeInbound(buffer) }
        return try #require(try channel.readInbound(as: WebSocketFrame.self))
    }
}
