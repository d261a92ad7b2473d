import NIOCore
import NIOEmbedded
import NIOWebSocket
import Synchronization
import TestSupport
import Testing
import WireProtocol

@testable import Sessions

/// What a hostile visitor or agent may send on the data plane, a hundred thousand frames of it.
@Suite struct ChangedFramesTests {
    /// Bytes of which payloads are cut.
    private static let noise: [UInt8] = {
        var generator = SeededGenerator(seed: 7)
        return (0..<50_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }()

    /// A frame that is right, cut, changed or nothing of the kind.
    private static func frame(_ generator: inout SeededGenerator) -> [UInt8] {
        let kind = DataFrameKind.allCases.randomElement(using: &generator)?.rawValue ?? 0
        var bytes = [kind, UInt8.random(in: 0...4, using: &generator)]
        let count = [0, 1, 8, 300, 40_000].randomElement(using: &generator) ?? 0
        let start = Int.random(in: 0..<10_000, using: &generator)
        bytes += noise[start..<start + count]
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: return Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator)))
        case 1: return Array(noise[start..<start + count % 64])
        case 2: return [0x27] + Array(repeating: 0xFF, count: count % 20) + "http://a/b".utf8
        default: return bytes
        }
    }

    @Test(arguments: [1, 2] as [UInt64])
    func `no frame ends the server, grows what is kept beyond its limit, or gets past what its sender may`(
        seed: UInt64
    ) async throws {
        var generator = SeededGenerator(seed: seed)
        let memory = PageMemory(limit: 20 * 1024 * 1024)
        let relay = SessionRelay(memory: memory)
        let channels = (0..<3).map { _ in NIOAsyncTestingChannel() }
        let connections = channels.map { ParticipantConnection(channel: $0, source: "") }
        relay.join(visitor: connections[0])
        relay.join(agent: connections[1], "a", [.annotate], at: 0)
        relay.join(agent: connections[2], "b", [.annotate, .navigate, .assist], at: 0)
        relay.control("a")
        for turn in 0..<50_000 {
            let bytes = Self.frame(&generator)
            let sender = Int.random(in: 0..<3, using: &generator)
            let isFrame = bytes.first.flatMap(DataFrameKind.init(rawValue:)) != nil
            #expect(
                relay.receiveAlone(DataMessage(ByteBuffer(bytes: bytes)), from: connections[sender], at: Int64(turn))
                    == isFrame
            )
            guard turn % 500 == 499 else { continue }
            let kept = relay.state.withLock { $0.page.bytes }
            #expect(kept <= KeptPage.maximumBytes)
            #expect(try await check(channels) > 0)
        }
        // A whole page, and more changes than are kept of one: it is forgotten, and with it what was counted.
        let part = Array(Self.noise[0..<40_000])
        #expect(relay.receiveAlone(DataMessage(ByteBuffer(bytes: [0x01, 3] + part)), from: connections[0], at: 0))
        var most = 0
        for _ in 0..<600 {
            #expect(relay.receiveAlone(DataMessage(ByteBuffer(bytes: [0x02, 3] + part)), from: connections[0], at: 0))
            most = max(most, relay.state.withLock { $0.page.bytes })
        }
        #expect((KeptPage.maximumBytes / 2...KeptPage.maximumBytes).contains(most))
        #expect(relay.state.withLock { $0.page.bytes } == 0)
        relay.close()
        #expect(relay.state.withLock { $0.page.bytes } == 0)
        // All that was counted is given back: the whole of it can be taken.
        #expect(memory.move(from: 0, to: 20 * 1024 * 1024))
    }

    /// Reads what was sent on: nothing but what that side is to get.
    ///
    /// - Returns: How many frames that was.
    private func check(_ channels: [NIOAsyncTestingChannel]) async throws -> Int {
        var count = 0
        for (index, channel) in channels.enumerated() {
            await channel.testingEventLoop.run()
            while let frame = try await channel.readOutbound(as: WebSocketFrame.self) {
                count += 1
                let byte = frame.data.getInteger(at: frame.data.readerIndex, as: UInt8.self)
                let kind = try #require(byte.flatMap(DataFrameKind.init(rawValue:)))
                if index == 0 {
                    // Neither agent may use the page: one is not in control, and the other has no right to.
                    #expect(kind.isFromAgent && ![.navigate, .assist].contains(kind) || kind.rawValue >= 0x40)
                } else {
                    #expect(kind.isFromVisitor || kind == .publicAsset)
                }
            }
        }
        return count
    }
}
