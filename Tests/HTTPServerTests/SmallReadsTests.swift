import NIOCore
import NIOEmbedded
import Testing

@testable import HTTPServer

@Suite struct SmallReadsTests {
    /// Holds reads back until it is told otherwise.
    private final class Gate: ChannelOutboundHandler {
        typealias OutboundIn = NIOAny

        var isOpen = false

        func read(context: ChannelHandlerContext) {
            if isOpen { context.read() }
        }
    }

    private static let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 / 7) }

    private func channel(_ gate: Gate) throws -> EmbeddedChannel {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandlers(SmallReads(), gate)
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
        return channel
    }

    private func taken(_ channel: EmbeddedChannel) throws -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        while let buffer = try channel.readInbound(as: ByteBuffer.self) {
            pieces.append(Array(buffer.readableBytesView))
        }
        return pieces
    }

    @Test func `hands one piece on for each read, and nothing more while reads are held back`() throws {
        let gate = Gate()
        let channel = try channel(gate)
        try channel.writeInbound(ByteBuffer(bytes: Self.bytes))
        channel.read()
        var pieces = try taken(channel)
        #expect(pieces.map(\.count) == [SmallReads.size])
        channel.read()
        #expect(try taken(channel).isEmpty)
        // What comes meanwhile waits behind it.
        try channel.writeInbound(ByteBuffer(bytes: [9, 9]))
        pieces += try taken(channel)
        #expect(pieces.map(\.count) == [SmallReads.size, SmallReads.size])
        gate.isOpen = true
        channel.read()
        pieces += try taken(channel)
        #expect(pieces.allSatisfy { $0.count <= SmallReads.size })
        #expect(pieces.flatMap(\.self) == Self.bytes + [9, 9])
        try channel.writeInbound(ByteBuffer(bytes: [1, 2]))
        #expect(try taken(channel) == [[1, 2]])
    }

    @Test func `nothing is lost at the end of a connection, or of what the peer sends`() throws {
        for isHalf in [true, false] {
            let channel = try channel(Gate())
            try channel.writeInbound(ByteBuffer(bytes: Self.bytes))
            if isHalf { channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
            if !isHalf { _ = try channel.finish() }
            #expect(try taken(channel).flatMap(\.self) == Self.bytes)
        }
    }

    @Test func `a connection that has become a WebSocket gets all as it comes`() throws {
        let gate = Gate()
        let channel = try channel(gate)
        try channel.writeInbound(ByteBuffer(bytes: Self.bytes))
        SmallReads.stop(in: channel)
        gate.isOpen = true
        channel.read()
        #expect(try taken(channel).map(\.count) == [SmallReads.size, Self.bytes.count - SmallReads.size])
        try channel.writeInbound(ByteBuffer(bytes: Self.bytes))
        #expect(try taken(channel) == [Self.bytes])
        #expect(throws: (any Error).self) { try channel.pipeline.syncOperations.handler(type: SmallReads.self) }
    }
}
