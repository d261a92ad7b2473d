import NIOCore
import NIOEmbedded
import NIOWebSocket
import Synchronization
import Testing
import WireProtocol

@testable import Sessions

@Suite struct SessionRelayTests {
    private let relay = SessionRelay(memory: PageMemory(limit: 64 * 1024 * 1024))

    /// Somebody who is connected, and what they were sent.
    private struct Peer {
        let channel = NIOAsyncTestingChannel()
        let connection: ParticipantConnection

        init() {
            connection = ParticipantConnection(channel: channel, source: "")
        }

        /// Somebody who reads nothing until the latch is opened.
        static func slow(_ latch: WriteLatch) async throws -> Self {
            let peer = Self()
            try await peer.channel.pipeline.addHandler(latch)
            return peer
        }

        /// The frames since the last call, as their bytes.
        func received() async throws -> [[UInt8]] {
            await channel.testingEventLoop.run()
            var frames: [[UInt8]] = []
            while let frame = try await channel.readOutbound(as: WebSocketFrame.self) {
                if frame.opcode == .binary { frames.append(Array(frame.data.readableBytesView)) }
            }
            return frames
        }
    }

    /// Holds writes back, as a socket does whose peer does not read.
    private final class WriteLatch: ChannelOutboundHandler, Sendable {
        typealias OutboundIn = WebSocketFrame
        typealias OutboundOut = WebSocketFrame

        private let held = Mutex<[(WebSocketFrame, EventLoopPromise<Void>?)]?>([])

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            let frame = unwrapOutboundIn(data)
            let isHeld = held.withLock { held in
                held?.append((frame, promise))
                return held != nil
            }
            if !isHeld { context.write(wrapOutboundOut(frame), promise: promise) }
        }

        /// Lets everything through.
        func open(_ channel: NIOAsyncTestingChannel) async throws {
            let frames = held.withLock { held in
                defer { held = nil }
                return held ?? []
            }
            for (frame, promise) in frames {
                try await channel.writeAndFlush(frame)
                promise?.succeed()
            }
        }
    }

    private func send(_ bytes: [UInt8], from peer: Peer, at milliseconds: Int64 = 0) {
        #expect(relay.receiveAlone(DataMessage(ByteBuffer(bytes: bytes)), from: peer.connection, at: milliseconds))
    }

    private func pair(_ capabilities: AgentCapabilities = []) -> (visitor: Peer, agent: Peer) {
        let (visitor, agent) = (Peer(), Peer())
        relay.join(visitor: visitor.connection)
        relay.join(agent: agent.connection, "a", capabilities, at: 0)
        relay.control("a")
        return (visitor, agent)
    }

    private static let snapshot: [UInt8] = [1, 3, 7, 7]

    @Test func `holds no connection that has left`() {
        weak var gone: ParticipantConnection?
        do {
            let peer = Peer()
            gone = peer.connection
            relay.join(visitor: peer.connection)
            relay.leave(peer.connection)
        }
        #expect(gone == nil)
    }

    @Test func `a session that is over holds nobody, and nobody holds it`() {
        weak var gone: ParticipantConnection?
        weak var over: SessionRelay?
        do {
            let (relay, peer) = (SessionRelay(memory: PageMemory(limit: 100)), Peer())
            (gone, over) = (peer.connection, relay)
            relay.join(agent: peer.connection, "a", [], at: 0)
            relay.close()
        }
        #expect(gone == nil && over == nil)
    }

    @Test func `on the reader's own event loop a frame is sent at once, and behind the texts before it`() async throws {
        let (visitor, agent) = pair()
        send(Self.snapshot, from: visitor)
        #expect(try await agent.received() == [Self.snapshot])
        agent.connection.post("before")
        let frame = DataMessage(ByteBuffer(bytes: [2, 3, 1]))
        try await agent.channel.testingEventLoop.executeInContext { [relay] in
            _ = relay.receiveAlone(frame, from: visitor.connection, at: 0)
        }
        var sent: [WebSocketOpcode] = []
        while let frame = try await agent.channel.readOutbound(as: WebSocketFrame.self) { sent.append(frame.opcode) }
        #expect(sent == [.text, .binary])
        #expect(try await agent.received().isEmpty, "and once only")
    }

    @Test func `what is added while the last of what waited is sent goes out with it`() async throws {
        let (visitor, agent) = pair()
        send(Self.snapshot, from: visitor)
        let changes = DataMessage(ByteBuffer(bytes: [2, 3] + [UInt8](repeating: 1, count: 200 * 1024)))
        try await agent.channel.testingEventLoop.executeInContext { [relay] in
            for _ in 0..<40 { _ = relay.receive(changes, from: visitor.connection, at: 0) }
            relay.flush()
        }
        let received = try await agent.received()
        #expect(received.count { $0 == Self.snapshot } == 2, "the second is from what is kept")
        #expect(agent.connection.pendingDataBytes == 0)
    }

    /// Notes how many bytes of payloads each flush has, and whether the channel was told to close.
    private final class FlushRecorder: ChannelOutboundHandler, Sendable {
        typealias OutboundIn = WebSocketFrame

        let flushes = Mutex<[Int]>([])
        let isClosed = Mutex(false)
        private let unflushed = Mutex(0)

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            let count = unwrapOutboundIn(data).data.readableBytes
            unflushed.withLock { $0 += count }
            context.write(data, promise: promise)
        }

        func flush(context: ChannelHandlerContext) {
            let count = unflushed.withLock { unflushed in
                defer { unflushed = 0 }
                return unflushed
            }
            if count > 0 { flushes.withLock { $0.append(count) } }
            context.flush()
        }

        func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
            isClosed.withLock { $0 = true }
            context.close(mode: mode, promise: promise)
        }
    }

    /// Over TLS a flush is one write, and a write that takes too long closes the connection.
    @Test(arguments: [(1000, 64, 64_000), (20, 10_000, 70_000), (5, 200_000, 200_000)])
    func `frames that come together are flushed together, but not in long pieces`(
        _ count: Int,
        _ size: Int,
        _ longest: Int
    ) async throws {
        let (visitor, agent) = pair()
        send(Self.snapshot, from: visitor)
        _ = try await agent.received()
        let recorder = FlushRecorder()
        try await agent.channel.pipeline.addHandler(recorder)
        let frame = DataMessage(ByteBuffer(bytes: [4, 3] + [UInt8](repeating: 1, count: size - 2)))
        try await agent.channel.testingEventLoop.executeInContext { [relay] in
            for _ in 0..<count { _ = relay.receive(frame, from: visitor.connection, at: 0) }
            relay.flush()
        }
        let flushes = recorder.flushes.withLock { $0 }
        #expect(flushes.reduce(0, +) == count * size)
        #expect(flushes.max() == longest)
    }

    @Test func `a peer who does not read texts is disconnected, but not while somebody holds a lock`() async throws {
        let peer = Peer()
        let recorder = FlushRecorder()
        try await peer.channel.pipeline.addHandler(recorder)
        let text = String(repeating: "x", count: 100 * 1024)
        try await peer.channel.testingEventLoop.executeInContext {
            for _ in 0..<4 { peer.connection.post(text) }
            #expect(!recorder.isClosed.withLock { $0 })
        }
        await peer.channel.testingEventLoop.run()
        #expect(recorder.isClosed.withLock { $0 })
    }

    @Test func `nothing comes behind a close frame`() async throws {
        let peer = Peer()
        try await peer.channel.testingEventLoop.executeInContext {
            peer.connection.post("before")
            peer.connection.close()
            peer.connection.post("behind")
            peer.connection.write(DataMessage(ByteBuffer(bytes: Self.snapshot)))
            peer.connection.close()
        }
        #expect(peer.connection.pendingDataBytes == 0)
        await peer.channel.testingEventLoop.run()
        var sent: [WebSocketOpcode] = []
        while let frame = try await peer.channel.readOutbound(as: WebSocketFrame.self) { sent.append(frame.opcode) }
        #expect(sent == [.text, .connectionClose])
    }

    @Test func `what waits for somebody who has left is not kept`() async throws {
        let (visitor, agent) = pair()
        _ = relay.receive(DataMessage(ByteBuffer(bytes: Self.snapshot)), from: visitor.connection, at: 0)
        #expect(agent.connection.pendingDataBytes == Self.snapshot.count)
        relay.leave(agent.connection)
        await agent.channel.testingEventLoop.run()
        #expect(agent.connection.pendingDataBytes == 0)
    }

    @Test func `relays what the visitor sends, in order`() async throws {
        let (visitor, agent) = pair()
        let frames: [[UInt8]] = [Self.snapshot, [2, 3, 1], [3, 9], [4, 3, 5], [5, 123, 125]]
        for frame in frames {
            send(frame, from: visitor)
        }
        #expect(try await agent.received() == frames)
    }

    @Test func `an agent who comes late gets the last snapshot and the changes since`() async throws {
        let visitor = Peer()
        relay.join(visitor: visitor.connection)
        let frames: [[UInt8]] = [[1, 3, 0], [2, 3, 0], [1, 1, 1], [1, 2, 2], [2, 3, 3], [3, 4], [5, 123, 125]]
        for frame in frames {
            send(frame, from: visitor)
        }
        let agent = Peer()
        relay.join(agent: agent.connection, "a", [], at: 0)
        #expect(try await agent.received() == [[1, 1, 1], [1, 2, 2], [2, 3, 3]])
        send([2, 3, 4], from: visitor)
        #expect(try await agent.received() == [[2, 3, 4]])
    }

    @Test func `an agent for whom nothing is kept waits for a snapshot, which the visitor is asked for`() async throws {
        let (visitor, agent) = pair()
        #expect(try await visitor.received() == [[0x40]])
        send([2, 3, 1], from: visitor)
        #expect(try await agent.received().isEmpty)
        send(Self.snapshot, from: visitor)
        send([2, 3, 2], from: visitor)
        #expect(try await agent.received() == [Self.snapshot, [2, 3, 2]])
    }

    @Test(
        arguments: [
            (0x20, AgentCapabilities.annotate), (0x21, .navigate), (0x22, .assist),
        ] as [(UInt8, AgentCapabilities)]
    )
    func `passes a command on only for an agent who may send it`(
        _ kind: UInt8,
        _ needed: AgentCapabilities
    ) async throws {
        for capabilities in [AgentCapabilities(rawValue: 7).subtracting(needed), needed] {
            let (visitor, agent) = pair(capabilities)
            relay.allowAssist(true)
            _ = try await visitor.received()
            send([kind, 1], from: agent)
            #expect(try await visitor.received() == (capabilities == needed ? [[kind, 1]] : []))
            relay.leave(visitor.connection)
            relay.leave(agent.connection)
        }
    }

    @Test func `passes clicks on only while the visitor allows it`() async throws {
        let (visitor, agent) = pair([.assist])
        _ = try await visitor.received()
        send([0x22, 1], from: agent)
        relay.allowAssist(true)
        send([0x22, 2], from: agent)
        relay.allowAssist(false)
        send([0x22, 3], from: agent)
        #expect(try await visitor.received() == [[0x22, 2]])
    }

    @Test func `asks for a new snapshot at most once a second`() async throws {
        let (visitor, agent) = pair()
        _ = try await visitor.received()
        for time in [500, 1000, 1200, 1999, 2000] as [Int64] {
            send([0x23], from: agent, at: time)
        }
        #expect(try await visitor.received() == [[0x23], [0x23]])
    }

    @Test func `nobody sends what is another's to send, and nothing goes to strangers`() async throws {
        let (visitor, agent) = pair(AgentCapabilities(rawValue: 7))
        let stranger = Peer()
        _ = try await visitor.received()
        for kind in DataFrameKind.allCases {
            if !kind.isFromAgent { send([kind.rawValue, 3], from: agent) }
            if !kind.isFromVisitor { send([kind.rawValue, 3], from: visitor) }
            send([kind.rawValue, 3], from: stranger)
        }
        for peer in [visitor, agent, stranger] {
            #expect(try await peer.received().isEmpty)
        }
        #expect(!relay.receiveAlone(DataMessage(ByteBuffer()), from: visitor.connection, at: 0))
        #expect(!relay.receiveAlone(DataMessage(ByteBuffer(bytes: [0x99])), from: visitor.connection, at: 0))
    }

    @Test func `a slow agent holds the visitor's changes back, misses some, and catches up from what is kept`()
        async throws
    {
        let (latch, visitor) = (WriteLatch(), Peer())
        let agent = try await Peer.slow(latch)
        relay.join(visitor: visitor.connection)
        relay.join(agent: agent.connection, "a", [], at: 0)
        _ = try await visitor.received()
        send(Self.snapshot, from: visitor)
        let changes = [2, 3] + [UInt8](repeating: 1, count: 200 * 1024)
        for _ in 0..<40 {
            send(changes, from: visitor)
        }
        send([3, 1], from: visitor)
        #expect(try await visitor.received().contains([0x41]))
        #expect(agent.connection.pendingDataBytes < SessionRelay.Watermark.maximum + changes.count)
        #expect(try await agent.received().isEmpty)
        #expect(visitor.connection.isReadingPaused, "there is nobody else")
        // Once it has been written, the whole page comes again, and the visitor may go on.
        try await latch.open(agent.channel)
        let received = try await agent.received() + agent.received()
        #expect(received.count { $0 == Self.snapshot } == 2)
        #expect(!received.contains([3, 1]))
        #expect(try await visitor.received().last == [0x42])
        #expect(agent.connection.pendingDataBytes == 0)
        #expect(!visitor.connection.isReadingPaused)
    }

    @Test func `reads a visitor as long as one agent reads, and again when who does not has left`() async throws {
        let (visitor, fast) = (Peer(), Peer())
        let slow = try await Peer.slow(WriteLatch())
        relay.join(visitor: visitor.connection)
        relay.join(agent: slow.connection, "a", [], at: 0)
        relay.join(agent: fast.connection, "b", [], at: 0)
        send(Self.snapshot, from: visitor)
        // Which is not kept: the page stays a small one.
        let asset = [4, 3] + [UInt8](repeating: 1, count: 200 * 1024)
        for _ in 0..<40 {
            send(asset, from: visitor)
            _ = try await fast.received()
        }
        #expect(!visitor.connection.isReadingPaused)
        relay.leave(fast.connection)
        send(asset, from: visitor)
        #expect(visitor.connection.isReadingPaused)
        // Another who takes it, with a small page that is written at once.
        let third = Peer()
        relay.join(agent: third.connection, "c", [], at: 5000)
        #expect(!visitor.connection.isReadingPaused)
        relay.leave(third.connection)
        send(asset, from: visitor)
        #expect(visitor.connection.isReadingPaused)
        relay.leave(slow.connection)
        #expect(!visitor.connection.isReadingPaused)
    }

    @Test func `an agent whose commands the visitor does not take is not read until they are taken`() async throws {
        let latch = WriteLatch()
        let visitor = try await Peer.slow(latch)
        let agent = Peer()
        relay.join(visitor: visitor.connection)
        relay.join(agent: agent.connection, "a", AgentCapabilities(rawValue: 15), at: 0)
        relay.control("a")
        let wish = [DataFrameKind.assetRequest.rawValue] + [UInt8](repeating: 1, count: 200 * 1024)
        for _ in 0..<40 { send(wish, from: agent) }
        #expect(agent.connection.isReadingPaused)
        #expect(visitor.connection.pendingDataBytes < SessionRelay.Watermark.maximum + wish.count)
        await visitor.channel.testingEventLoop.run()
        try await latch.open(visitor.channel)
        _ = try await visitor.received()
        #expect(!agent.connection.isReadingPaused)
    }

    @Test func `keeps no page beyond the memory that all have together`() async throws {
        let relay = SessionRelay(memory: PageMemory(limit: 100))
        let visitor = Peer()
        relay.join(visitor: visitor.connection)
        for count in [50, 200] {
            let frame = ByteBuffer(bytes: [1, 3] + [UInt8](repeating: 0, count: count))
            #expect(relay.receiveAlone(DataMessage(frame), from: visitor.connection, at: 0))
            let agent = Peer()
            relay.join(agent: agent.connection, "a", [], at: 0)
            #expect(try await agent.received().count == (count == 50 ? 1 : 0))
            relay.leave(agent.connection)
        }
    }

    @Test func `of several agents all see the page, and the one in control alone acts on it`() async throws {
        let (visitor, first) = pair(AgentCapabilities(rawValue: 15))
        let second = Peer()
        relay.join(agent: second.connection, "b", AgentCapabilities(rawValue: 15), at: 0)
        relay.allowAssist(true)
        send(Self.snapshot, from: visitor)
        for agent in [first, second] { #expect(try await agent.received() == [Self.snapshot]) }
        _ = try await visitor.received()
        // Commands and notes act; looking, asking for assets and for signs of life do not.
        let acting: [[UInt8]] = [[0x20, 1], [0x21, 1], [0x22, 1], [0x25, 123, 125]]
        let others: [[UInt8]] = [[0x24, 1], [0x26, 123, 125]]
        for frame in acting + others { send(frame, from: second) }
        #expect(try await visitor.received() == others)
        relay.control("b")
        for frame in acting {
            send(frame, from: second)
            send(frame, from: first)
        }
        #expect(try await visitor.received() == acting)
        relay.leave(second.connection)
        send([0x22, 1], from: second)
        #expect(try await visitor.received().isEmpty)
    }

    @Test func `forgets the page when the session is over`() async throws {
        let memory = PageMemory(limit: 10)
        let first = SessionRelay(memory: memory)
        let visitor = Peer()
        first.join(visitor: visitor.connection)
        #expect(
            first.receiveAlone(
                DataMessage(ByteBuffer(bytes: [1, 3, 0, 0, 0, 0, 0, 0])),
                from: visitor.connection,
                at: 0
            )
        )
        #expect(!memory.move(from: 0, to: 8))
        first.close()
        #expect(memory.move(from: 0, to: 8))
    }
}

extension SessionRelay {
    /// Takes a frame that comes alone, as a connection's handlers do.
    func receiveAlone(_ message: DataMessage, from connection: ParticipantConnection, at milliseconds: Int64) -> Bool {
        defer { flush() }
        return receive(message, from: connection, at: milliseconds)
    }
}
