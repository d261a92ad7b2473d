import Accounts
import LoginKey
import NIOCore
import NIOEmbedded
import NIOWebSocket
import Testing

@testable import Sessions

@Suite struct LiveSessionTests {
    static let now: Int64 = 1_700_000_000
    private let time = TimeSource { Self.now * 1000 }

    private func session() throws -> LiveSession {
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
            at: Self.now
        )
    }

    private func connect(
        _ session: LiveSession,
        _ name: String,
        as side: SessionSide
    ) throws -> (SessionRefusal?, NIOAsyncTestingChannel, ParticipantConnection) {
        let channel = NIOAsyncTestingChannel()
        let connection = ParticipantConnection(channel: channel, source: "")
        let participant = SessionStateMachine.Participant(id: name, name: name)
        let agent = LiveSession.Agent(account: .person(try PartnerID(parsing: "12345"), User.ID(7)), apiKeyID: nil)
        let refusal = session.connect(
            participant,
            agent: side == .agent ? agent : nil,
            as: side,
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
        await session.run(at: time) { record in
            if record.status == .active { throw AccountsError(code: .storeUnavailable, message: "full") }
        }
        for channel in [visitor, agent] {
            let text = try await told(channel)
            #expect(!text.contains(#""type":"active""#))
            #expect(text.contains(#"{"type":"ended","status":"\#(SessionStatus.error.rawValue)"}"#))
        }
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
