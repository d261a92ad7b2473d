import Accounts
import LoginKey
import NIOCore
import NIOEmbedded
import NIOWebSocket
import Synchronization
import Testing
import WireCodec
import WireProtocol

@testable import Sessions

@Suite struct LiveSessionTests {
    static let now: Int64 = 1_700_000_000
    private let time = TimeSource { Self.now * 1000 }

    private func session(onWork: @escaping @Sendable (LiveSession) -> Void = { _ in }) throws -> LiveSession {
        LiveSession(
            SessionRecord(
                id: "1",
                partnerID: try PartnerID(parsing: "12345"),
                key: try #require(SessionKey("k")),
                kind: .cobrowse,
                owner: .visitor,
                status: .settingUp,
                server: "main",
                createdAt: Self.now,
                correlationID: .none
            ),
            relay: SessionRelay(memory: PageMemory(limit: 1 << 30)),
            at: Self.now,
            onWork: onWork
        )
    }

    private func connect(
        _ session: LiveSession,
        _ name: String,
        as side: SessionSide,
        account: Int64 = 7,
        invitation: String? = nil
    ) throws -> (SessionRefusal?, NIOAsyncTestingChannel, ParticipantConnection) {
        let channel = NIOAsyncTestingChannel()
        let connection = ParticipantConnection(channel: channel, source: "")
        let participant = SessionStateMachine.Participant(id: name, name: name, capabilities: [.invite])
        let agent = LiveSession.Agent(
            userID: User.ID(account),
            root: nil,
            correlationID: try #require(CorrelationID(String(repeating: "b", count: 32)))
        )
        let refusal = session.connect(
            participant,
            agent: side == .agent ? agent : nil,
            as: side,
            invitation: invitation,
            connection,
            at: Self.now
        )
        return (refusal, channel, connection)
    }

    private func told(_ channel: NIOAsyncTestingChannel) async throws -> String {
        var text = ""
        while let frame = try await channel.readOutbound(as: WebSocketFrame.self) {
            if frame.opcode == .text { text += String(buffer: frame.unmaskedData) }
        }
        return text
    }

    @Test func `tells nobody of a status that could not be written, but that the session is over`() async throws {
        let session = try session()
        let (_, visitor, visitorConnection) = try connect(session, "Noor", as: .visitor)
        let (_, agent, _) = try connect(session, "Dana", as: .agent)
        session.receive(.accept(), from: .visitor, visitorConnection, at: Self.now)
        await session.run(at: time) { record, _ in
            if record.status == .active { throw AccountsError(code: .storeUnavailable, message: "full") }
        }
        for channel in [visitor, agent] {
            let text = try await told(channel)
            #expect(!text.contains(#""type":"active""#))
            #expect(text.contains(#"{"type":"ended","status":"\#(SessionStatus.error.rawValue)"}"#))
        }
    }

    @Test func `the session goes into the trail of the first agent's click, and says so in the visitor's`() async throws
    {
        let click = try #require(CorrelationID(String(repeating: "b", count: 32)))
        let session = try session()
        let (_, _, visitor) = try connect(session, "Noor", as: .visitor)
        let (_, _, agent) = try connect(session, "Dana", as: .agent)
        session.receive(.accept(), from: .visitor, visitor, at: Self.now)
        session.receive(.leave, from: .agent("Dana"), agent, at: Self.now)
        let written = Mutex<[(SessionStatus, CorrelationID)]>([])
        let noted = Mutex<[(SessionNote, CorrelationID)]>([])
        await session.run(at: time) { record, _ in
            written.withLock { $0.append((record.status, record.correlationID)) }
        } noting: { record, note in
            noted.withLock { $0.append((note, record.correlationID)) }
        }
        #expect(written.withLock { $0.map(\.0) } == [.waiting, .active, .completed])
        #expect(written.withLock { $0.map(\.1) } == [.none, click, click])
        let first = noted.withLock { $0.first }
        #expect(first?.0 == .answered(by: "Dana", click: click.text) && first?.1 == CorrelationID.none)
    }

    @Test func `what waits for a status that is being written does not grow without end`() async throws {
        let session = try session()
        let (_, visitor, visitorConnection) = try connect(session, "Noor", as: .visitor)
        let (_, _, agent) = try connect(session, "Dana", as: .agent)
        session.receive(.accept(), from: .visitor, visitorConnection, at: Self.now)
        for _ in 0..<2000 { session.receive(.message("x"), from: .agent("Dana"), agent, at: Self.now) }
        session.kill(.killed, at: Self.now)
        await session.run(at: time) { _, _ in }
        let text = try await told(visitor)
        #expect((1...512).contains(text.ranges(of: #""type":"message""#).count))
        #expect(text.contains(#""type":"ended""#))
    }

    @Test func `another account with the same name within the session does not get the place`() throws {
        let session = try session()
        _ = try connect(session, "Dana", as: .agent)
        #expect(try connect(session, "Dana", as: .agent, account: 8).0 == .occupied)
        #expect(try connect(session, "Dana", as: .agent).0 == nil)
    }

    @Test func `an agent who is taken out is sent nothing more of the page, and the others are`() async throws {
        let (work, onWork) = AsyncStream<LiveSession>.makeStream()
        let session = try session { onWork.yield($0) }
        let (_, _, visitor) = try connect(session, "Noor", as: .visitor)
        let (_, first, agent) = try connect(session, "Dana", as: .agent)
        session.receive(.accept(), from: .visitor, visitor, at: Self.now)
        session.receive(.invite, from: .agent("Dana"), agent, at: Self.now)
        let written = Mutex<[[String]]>([])
        let running = Task {
            for await session in work {
                let isOver = await session.run(at: time) { record, _ in
                    written.withLock { $0.append(record.otherAgents) }
                }
                if isOver { return }
            }
        }
        // What has been told so far has the invitation in it.
        let invitation = try await hear(first, "invitation")
        let (refusal, second, _) = try connect(session, "Robin", as: .agent, account: 8, invitation: invitation)
        #expect(refusal == nil && session.agents.count == 2)
        session.receive(.accept(agent: "Robin"), from: .visitor, visitor, at: Self.now)
        _ = try await hear(second, "agents", member: "own")
        session.expel("Robin", at: Self.now)
        #expect(session.agents.keys.sorted() == ["Dana"])
        #expect(session.relay.receiveAlone(DataMessage(ByteBuffer(bytes: [1, 3, 7])), from: visitor, at: 0))
        session.kill(.killed, at: Self.now)
        await running.value
        // Waiting, active, with Robin, without, over.
        #expect(written.withLock(\.self) == [[], [], ["Robin"], [], []])
        #expect(try await frames(first).contains([1, 3, 7]))
        #expect(try await frames(second).isEmpty)
    }

    /// Waits until a channel was sent an event of that type; answers a member, by default of the same name.
    private func hear(_ channel: NIOAsyncTestingChannel, _ type: String, member: String? = nil) async throws -> String?
    {
        for _ in 0..<3000 {
            await channel.testingEventLoop.run()
            while let frame = try await channel.readOutbound(as: WebSocketFrame.self) {
                guard frame.opcode == .text else { continue }
                var fields = FieldSet()
                try fields.add(json: Array(frame.unmaskedData.readableBytesView))
                if fields["type"] == type { return fields[member ?? type] }
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("never heard \(type)")
        return nil
    }

    private func frames(_ channel: NIOAsyncTestingChannel) async throws -> [[UInt8]] {
        await channel.testingEventLoop.run()
        var found: [[UInt8]] = []
        while let frame = try await channel.readOutbound(as: WebSocketFrame.self) {
            if frame.opcode == .binary { found.append(Array(frame.data.readableBytesView)) }
        }
        return found
    }

    @Test func `looks after an agent only while there is one`() throws {
        let session = try session()
        _ = try connect(session, "Noor", as: .visitor)
        #expect(session.agents.isEmpty)
        let (refusal, _, connection) = try connect(session, "Dana", as: .agent)
        #expect(refusal == nil && session.agents.count == 1)
        #expect(try connect(session, "Eve", as: .agent).0 == .occupied)
        session.receive(.leave, from: .agent("Dana"), connection, at: Self.now)
        #expect(session.agents.isEmpty)
    }
}
