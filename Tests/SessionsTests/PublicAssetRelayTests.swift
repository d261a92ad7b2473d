import NIOCore
import NIOEmbedded
import NIOWebSocket
import Synchronization
import Testing
import WireProtocol

@testable import Sessions

@Suite struct PublicAssetRelayTests {
    /// A relay whose wishes are carried out when the test says so.
    private final class Bench: Sendable {
        let works = Mutex<[SessionRelay.PublicAssetWork]>([])
        let fetched = Mutex<[String]>([])
        let asset = Mutex<PublicAsset?>(PublicAsset(type: "image/png", bytes: [7, 8, 9]))

        func relay() -> SessionRelay {
            SessionRelay(memory: PageMemory(limit: 1 << 30)) { work in self.works.withLock { $0.append(work) } }
        }

        func carryOut() async {
            let works = works.withLock { works in
                defer { works = [] }
                return works
            }
            for work in works {
                await work.carryOut { address in
                    self.fetched.withLock { $0.append(address) }
                    return self.asset.withLock { $0 }
                }
            }
        }
    }

    private struct Peer {
        let channel = NIOAsyncTestingChannel()
        let connection: ParticipantConnection

        init() { connection = ParticipantConnection(channel: channel, source: "") }

        func received() async throws -> [[UInt8]] {
            await channel.testingEventLoop.run()
            var frames: [[UInt8]] = []
            while let frame = try await channel.readOutbound(as: WebSocketFrame.self) {
                if frame.opcode == .binary { frames.append(Array(frame.data.readableBytesView)) }
            }
            return frames
        }
    }

    private static let address = "https://cdn.example/a.png"

    private static func wish(_ address: String, number: [UInt8] = [5]) -> ByteBuffer {
        var frame = ByteBuffer(bytes: [0x27])
        frame.writeBytes(number)
        frame.writeString(address)
        return frame
    }

    /// A relay with both sides, and a page whose texts are these.
    private func joined(_ bench: Bench, texts: [String], parts: Int = 1) -> (SessionRelay, visitor: Peer, agent: Peer) {
        let (relay, visitor, agent) = (bench.relay(), Peer(), Peer())
        relay.join(visitor: visitor.connection)
        relay.join(agent: agent.connection, "a", [], at: 0)
        var payload: [UInt8] = [2, 1, 0]
        payload += Array(texts.joined(separator: "\0").utf8)
        let size = (payload.count + parts - 1) / parts
        for (index, start) in stride(from: 0, to: payload.count, by: size).enumerated() {
            let end = min(start + size, payload.count)
            let flags: UInt8 = (index == 0 ? 1 : 0) | (end == payload.count ? 2 : 0)
            let frame = ByteBuffer(bytes: [1, flags] + payload[start..<end])
            #expect(relay.receiveAlone(DataMessage(frame), from: visitor.connection, at: 0))
        }
        return (relay, visitor, agent)
    }

    @Test(arguments: [["x", address], ["x", address, "y"]], [1, 3])
    func `an agent gets what the session's page names, and the visitor hears nothing of it`(
        texts: [String],
        parts: Int
    ) async throws {
        let bench = Bench()
        let (relay, visitor, agent) = joined(bench, texts: texts, parts: parts)
        _ = try await (visitor.received(), agent.received())
        #expect(
            relay.receiveAlone(DataMessage(Self.wish(Self.address, number: [0x85, 1])), from: agent.connection, at: 0)
        )
        await bench.carryOut()
        #expect(bench.fetched.withLock { $0 } == [Self.address])
        var answer: [UInt8] = [0x43, 3, 0x85, 1, 9]
        answer += Array("image/png".utf8)
        answer += [7, 8, 9]
        #expect(try await agent.received() == [answer])
        #expect(try await visitor.received().isEmpty)
    }

    @Test(arguments: [
        "https://cdn.example/other.png", "https://cdn.example/a.pn", "ttps://cdn.example/a.png",
        "https://cdn.example/a.png?x",
    ])
    func `what the page does not name as a whole is not fetched`(address: String) async throws {
        let bench = Bench()
        let (relay, _, agent) = joined(bench, texts: ["x", Self.address, "see " + Self.address])
        _ = try await agent.received()
        #expect(relay.receiveAlone(DataMessage(Self.wish(address)), from: agent.connection, at: 0))
        await bench.carryOut()
        #expect(bench.fetched.withLock { $0 }.isEmpty)
        #expect(try await agent.received() == [[0x43, 3, 5, 0]])
    }

    @Test func `nothing is fetched for a visitor, for a group without it, or for what is no wish`() async throws {
        let bench = Bench()
        let (relay, visitor, agent) = joined(bench, texts: ["x", Self.address])
        #expect(relay.receiveAlone(DataMessage(Self.wish(Self.address)), from: visitor.connection, at: 0))
        let endless: [UInt8] = [0x27] + [UInt8](repeating: 0x80, count: 20)
        let malformed: [[UInt8]] = [[0x27], [0x27, 5], [0x27, 0x85], [0x27, 5, 0xFF], endless]
        for bytes in malformed {
            #expect(relay.receiveAlone(DataMessage(ByteBuffer(bytes: bytes)), from: agent.connection, at: 0))
        }
        #expect(bench.works.withLock { $0.isEmpty })
        let plain = SessionRelay(memory: PageMemory(limit: 1 << 30))
        let other = Peer()
        plain.join(agent: other.connection, "a", [], at: 0)
        #expect(plain.receiveAlone(DataMessage(Self.wish(Self.address)), from: other.connection, at: 0))
        #expect(try await other.received().isEmpty)
    }

    @Test func `an agent who asks for more than may be under way is told that it cannot be had`() async throws {
        let bench = Bench()
        let (relay, _, agent) = joined(bench, texts: ["x", Self.address])
        _ = try await agent.received()
        for _ in 0...PublicAssetRequest.maximumCount {
            #expect(relay.receiveAlone(DataMessage(Self.wish(Self.address)), from: agent.connection, at: 0))
        }
        #expect(bench.works.withLock { $0.count } == PublicAssetRequest.maximumCount)
        #expect(try await agent.received() == [[0x43, 3, 5, 0]])
        await bench.carryOut()
        #expect(try await agent.received().count == PublicAssetRequest.maximumCount)
        #expect(relay.receiveAlone(DataMessage(Self.wish(Self.address)), from: agent.connection, at: 0))
        #expect(bench.works.withLock { $0.count } == 1)
    }

    @Test func `a large one comes in parts that are in one piece, and none to who has left`() async throws {
        let bench = Bench()
        let (relay, _, agent) = joined(bench, texts: ["x", Self.address])
        _ = try await agent.received()
        bench.asset.withLock { $0 = PublicAsset(type: "image/png", bytes: [UInt8](repeating: 1, count: 600_000)) }
        #expect(relay.receiveAlone(DataMessage(Self.wish(Self.address)), from: agent.connection, at: 0))
        await bench.carryOut()
        let frames = try await agent.received()
        #expect(frames.map { $0[1] } == [1, 0, 2])
        #expect(frames.allSatisfy { $0.count <= DataFrameLimit.bytes })
        let total: Int = frames.reduce(0) { $0 + $1.count - 2 }
        #expect(total == 600_011)
        #expect(relay.receiveAlone(DataMessage(Self.wish(Self.address)), from: agent.connection, at: 0))
        relay.leave(agent.connection)
        await bench.carryOut()
        #expect(try await agent.received().isEmpty)
    }
}
