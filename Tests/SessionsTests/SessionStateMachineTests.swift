import Accounts
import LoginKey
import Sessions
import Testing
import WireCodec
import WireProtocol

@Suite struct SessionStateMachineTests {
    static let now: Int64 = 1_700_000_000
    static let away = SessionStateMachine.reconnectSeconds
    let agent = SessionStateMachine.Participant(id: "a", name: "Dana")
    let visitor = SessionStateMachine.Participant(id: "v", name: "Noor")

    private func waiting(owner: SessionSide = .visitor) -> SessionStateMachine {
        var machine = SessionStateMachine(owner: owner, createdAt: Self.now)
        _ = machine.connect(owner == .visitor ? visitor : agent, as: owner, at: Self.now)
        return machine
    }

    private func active() -> SessionStateMachine {
        var machine = waiting()
        _ = machine.connect(agent, as: .agent, at: Self.now)
        _ = machine.accept(at: Self.now)
        return machine
    }

    private func statuses(_ actions: [SessionAction]) -> [SessionStatus] {
        actions.compactMap { if case .record(let status, _, _) = $0 { status } else { nil } }
    }

    @Test func `what is said while a side is away reaches it when it is back, in order, and once`() {
        var machine = active()
        _ = machine.lose(.visitor, at: Self.now)
        for number in 0...60 { #expect(machine.relay("\(number)", from: .agent("a"), at: Self.now).isEmpty) }
        func messages(_ actions: [SessionAction]) -> [String] {
            actions.compactMap { if case .send(_, .message(_, _, let text)) = $0 { text } else { nil } }
        }
        // Not without end: the newest fifty.
        let back = machine.connect(visitor, as: .visitor, isReturning: true, at: Self.now + 1)
        #expect(messages(back) == (11...60).map { "\($0)" })
        guard case .admit(.visitor, .connected(status: .active, _, _)) = back.first else {
            Issue.record("told before the visitor is in")
            return
        }
        _ = machine.lose(.agent("a"), at: Self.now + 2)
        #expect(machine.relay("and you?", from: .visitor, at: Self.now).isEmpty)
        #expect(messages(machine.connect(agent, as: .agent, at: Self.now + 3)) == ["and you?"])
        _ = machine.lose(.visitor, at: Self.now + 4)
        #expect(messages(machine.connect(visitor, as: .visitor, isReturning: true, at: Self.now + 5)).isEmpty)
    }

    @Test func `waits when the first side has connected`() {
        var machine = SessionStateMachine(owner: .visitor, createdAt: Self.now)
        #expect(machine.status == .settingUp)
        let actions = machine.connect(visitor, as: .visitor, at: Self.now)
        #expect(
            actions == [
                .admit(.visitor, .connected(status: .settingUp, other: nil)),
                .record(.waiting, agent: nil, at: Self.now),
            ]
        )
    }

    @Test func `asks the visitor before an agent is in, and records before it tells`() {
        var machine = waiting()
        let arrival = machine.connect(agent, as: .agent, at: Self.now)
        #expect(arrival.contains(.send(.visitor, .consentAsked(agent: "Dana"))))
        #expect(machine.status == .waiting)
        #expect(machine.relay("too early", from: .agent("a"), at: Self.now).isEmpty)
        let accepted = machine.accept(at: Self.now + 1)
        #expect(
            accepted.dropLast(2) == [
                .control("a"), .record(.active, agent: "a", at: Self.now + 1), .note(.agreed(agent: "a")),
                .send(.agent("a"), .active(agent: "Dana", visitor: "Noor")),
                .send(.visitor, .active(agent: "Dana", visitor: "Noor")),
            ]
        )
        #expect(
            machine.relay("hi", from: .agent("a"), at: Self.now) == [
                .send(.visitor, .message(from: .agent, name: "Dana", text: "hi"))
            ]
        )
    }

    @Test func `a visitor who enters the agent's key has agreed`() {
        var machine = waiting(owner: .agent)
        #expect(statuses(machine.connect(visitor, as: .visitor, at: Self.now)) == [.active])
    }

    @Test func `asks in whatever order the two sides come`() {
        var machine = SessionStateMachine(owner: .visitor, createdAt: Self.now)
        _ = machine.connect(agent, as: .agent, at: Self.now)
        let actions = machine.connect(visitor, as: .visitor, at: Self.now)
        #expect(actions.contains(.send(.visitor, .consentAsked(agent: "Dana"))))
    }

    @Test func `ends as declined when the visitor declines`() {
        var machine = waiting()
        _ = machine.connect(agent, as: .agent, at: Self.now)
        #expect(statuses(machine.decline(at: Self.now)) == [.declined])
        #expect(machine.accept(at: Self.now).isEmpty)
    }

    @Test func `the answer counts for an agent who is away when it comes, and comes back`() {
        var machine = waiting()
        _ = machine.connect(agent, as: .agent, at: Self.now)
        _ = machine.lose(.agent("a"), at: Self.now)
        #expect(machine.accept("Dana", at: Self.now + 1).isEmpty)
        #expect(statuses(machine.connect(agent, as: .agent, at: Self.now + 2)) == [.active])

        machine = waiting()
        _ = machine.connect(agent, as: .agent, at: Self.now)
        _ = machine.lose(.agent("a"), at: Self.now)
        #expect(statuses(machine.decline("Dana", at: Self.now + 1)) == [.declined])
    }

    @Test func `the answer about one agent does not let another in`() {
        let other = SessionStateMachine.Participant(id: "b", name: "Eve")
        var machine = waiting()
        _ = machine.connect(agent, as: .agent, at: Self.now)
        _ = machine.leave(.agent("a"), at: Self.now)
        _ = machine.connect(other, as: .agent, at: Self.now)
        #expect(machine.accept("Dana", at: Self.now).isEmpty)
        #expect(machine.decline("Dana", at: Self.now).isEmpty)
        #expect(machine.status == .waiting)
        #expect(statuses(machine.accept("Eve", at: Self.now)) == [.active])

        // Nor does it if the first had gone with the visitor's consent.
        machine = waiting()
        _ = machine.connect(agent, as: .agent, at: Self.now)
        _ = machine.lose(.agent("a"), at: Self.now)
        _ = machine.accept("Dana", at: Self.now)
        #expect(machine.tick(at: Self.now + Self.away) == [.send(.visitor, .left(.agent))])
        let arrival = machine.connect(other, as: .agent, at: Self.now + Self.away + 1)
        #expect(arrival.contains(.send(.visitor, .consentAsked(agent: "Eve"))))
        #expect(statuses(arrival).isEmpty)
    }

    @Test func `nobody can accept for a session without an agent`() {
        var machine = waiting()
        #expect(machine.accept(at: Self.now).isEmpty)
        #expect(machine.decline(at: Self.now).isEmpty)
    }

    @Test(arguments: [SessionPeer.agent("a"), .visitor])
    func `ends cleanly when a side leaves an active session`(_ peer: SessionPeer) {
        var machine = active()
        let actions = machine.leave(peer, at: Self.now + 9)
        #expect(statuses(actions) == [.completed])
        #expect(actions.last == .finish)
        #expect(machine.deadline == nil)
    }

    @Test func `quits when its owner leaves, and goes on waiting when the guest does`() {
        var machine = waiting()
        _ = machine.connect(agent, as: .agent, at: Self.now)
        #expect(machine.leave(.agent("a"), at: Self.now) == [.dismiss(.agent("a")), .send(.visitor, .left(.agent))])
        #expect(machine.status == .waiting)
        #expect(statuses(machine.leave(.visitor, at: Self.now)) == [.quit])
    }

    @Test func `times out after ten minutes of waiting and not before`() {
        var machine = waiting()
        #expect(machine.tick(at: Self.now + 599).isEmpty)
        #expect(machine.deadline == Self.now + 600)
        #expect(statuses(machine.tick(at: Self.now + 600)) == [.timedOut])
    }

    @Test func `an active session does not time out`() {
        var machine = active()
        #expect(machine.tick(at: Self.now + 100_000).isEmpty)
    }

    @Test func `lets a lost side come back within a minute and more`() {
        var machine = active()
        #expect(machine.lose(.visitor, at: Self.now + 100) == [.send(.agent("a"), .away(.visitor))])
        #expect(machine.tick(at: Self.now + 99 + Self.away).isEmpty)
        let actions = machine.connect(visitor, as: .visitor, at: Self.now + 99 + Self.away)
        #expect(actions.first == .admit(.visitor, .connected(status: .active, other: "Dana")))
        #expect(machine.tick(at: Self.now + 101 + Self.away).isEmpty)
    }

    @Test func `ends uncleanly when a lost side stays away`() {
        var machine = active()
        _ = machine.lose(.agent("a"), at: Self.now + 100)
        #expect(statuses(machine.tick(at: Self.now + 100 + Self.away)) == [.unclean])
    }

    @Test func `texts are flat objects, as the clients that exist read them`() throws {
        let all = AgentCapabilities(rawValue: 7)
        let events: [SessionEvent] = [
            .connected(status: .active, other: "Noor", may: all), .active(agent: "Dana", visitor: "Noor", may: all),
            .ended(.completed, by: .agent), .arrived(.agent, name: "Dana"), .refused(.occupied), .invitation("1"),
            .agents(SessionRoster(entries: [.init(number: 1, name: "Dana")], control: 1), may: all, own: 1),
        ]
        for event in events {
            var fields = FieldSet()
            try fields.add(json: Array(event.json.utf8))
            #expect(fields["type"] != nil)
            if event.isActive { #expect(fields["may"] == "annotate navigate assist") }
        }
    }

    @Test func `says which side has ended it`() {
        for (peer, other) in [(SessionPeer.agent("a"), SessionPeer.visitor), (.visitor, .agent("a"))] {
            var machine = active()
            #expect(machine.leave(peer, at: Self.now).contains(.send(other, .ended(.completed, by: peer.side))))
        }
        var machine = active()
        #expect(machine.kill(at: Self.now).contains(.send(.visitor, .ended(.killed))))
    }

    @Test func `writes consent down once, and only for an agent who may assist`() {
        var machine = active()
        #expect(machine.consent(toAssist: true).isEmpty)
        machine = waiting()
        let helper = SessionStateMachine.Participant(id: "a", name: "Dana", capabilities: [.assist])
        _ = machine.connect(helper, as: .agent, at: Self.now)
        #expect(machine.consent(toAssist: true).isEmpty)
        _ = machine.accept(at: Self.now)
        let given: [SessionAction] = [.allowAssist(true), .note(.consent(true, agent: "a"))]
        #expect(machine.consent(toAssist: true) == given)
        #expect(machine.consent(toAssist: true).isEmpty)
        #expect(machine.consent(toAssist: false) == [.allowAssist(false), .note(.consent(false, agent: "a"))])
    }

    @Test func `takes an active session of another process up again, for those who were in it`() throws {
        var record = try record(.active)
        record.agent = "a"
        var machine = SessionStateMachine(resuming: record, at: Self.now)
        #expect(machine.connect(visitor, as: .visitor, at: Self.now) == [.refuse(.occupied)])
        let eve = SessionStateMachine.Participant(id: "b", name: "Eve")
        #expect(machine.connect(eve, as: .agent, at: Self.now) == [.refuse(.occupied)])
        let back = machine.connect(visitor, as: .visitor, isReturning: true, at: Self.now)
        #expect(back == [.admit(.visitor, .connected(status: .active, other: nil))])
        let actions = machine.connect(agent, as: .agent, at: Self.now + 1)
        #expect(actions.first == .admit(.agent("a"), .connected(status: .active, other: "Noor")))
        #expect(actions.contains(.send(.visitor, .arrived(.agent, name: "Dana"))))

        record.otherAgents = ["b"]
        machine = SessionStateMachine(resuming: record, at: Self.now)
        #expect(machine.connect(eve, as: .agent, at: Self.now).first != .refuse(.occupied))
        let other = SessionStateMachine.Participant(id: "c", name: "Robin")
        #expect(machine.connect(other, as: .agent, at: Self.now) == [.refuse(.occupied)])
        #expect(machine.agentsWithin == ["a", "b"])

        record.otherAgents = []
        machine = SessionStateMachine(resuming: record, at: Self.now)
        #expect(statuses(machine.tick(at: Self.now + Self.away)) == [.unclean])
        #expect(SessionStateMachine(resuming: try self.record(.waiting), at: Self.now).status == .settingUp)
    }

    private func record(_ status: SessionStatus) throws -> SessionRecord {
        SessionRecord(
            id: "1",
            partnerID: try PartnerID(parsing: "12345"),
            key: try #require(SessionKey("k")),
            kind: .cobrowse,
            owner: .visitor,
            status: status,
            server: "main",
            createdAt: Self.now,
            correlationID: .none
        )
    }

    @Test func `asks again when the visitor comes back before answering`() {
        var machine = waiting()
        _ = machine.connect(agent, as: .agent, at: Self.now)
        _ = machine.lose(.visitor, at: Self.now)
        #expect(
            machine.connect(visitor, as: .visitor, at: Self.now).contains(.send(.visitor, .consentAsked(agent: "Dana")))
        )
    }

    @Test func `becomes active when an agent comes back to a visitor who came meanwhile`() {
        var machine = waiting(owner: .agent)
        _ = machine.lose(.agent("a"), at: Self.now)
        #expect(statuses(machine.connect(visitor, as: .visitor, at: Self.now + 1)).isEmpty)
        #expect(statuses(machine.connect(agent, as: .agent, at: Self.now + 2)) == [.active])
    }

    @Test func `refuses a second participant on a side`() {
        var machine = active()
        let intruder = SessionStateMachine.Participant(id: "b", name: "Eve")
        #expect(machine.connect(intruder, as: .agent, at: Self.now) == [.refuse(.occupied)])
    }

    @Test func `refuses everybody when it is over`() {
        var machine = active()
        #expect(statuses(machine.kill(at: Self.now)) == [.killed])
        #expect(machine.connect(agent, as: .agent, at: Self.now) == [.refuse(.over)])
        #expect(machine.leave(.agent("a"), at: Self.now).isEmpty)
        #expect(machine.kill(at: Self.now).isEmpty)
    }
}

@Suite struct ParticipantCommandTests {
    @Test(arguments: [
        (#"{"type":"connect","serverKey":"x"}"#, ParticipantCommand.connect(serverKey: "x")),
        (#"{"type":"message","text":"é\n\"🔑\""}"#, .message("é\n\"🔑\"")),
        (#"{"type":"accept"}"#, .accept()), (#"{"type":"accept","agent":"Dana"}"#, .accept(agent: "Dana")),
        (#"{"type":"decline"}"#, .decline()), (#"{"type":"decline","agent":"Dana"}"#, .decline(agent: "Dana")),
        (#"{"type":"consent","assist":true}"#, .consent(toAssist: true)), (#"{"type":"leave"}"#, .leave),
        (#"{"type":"consent","assist":true,"agent":"Dana"}"#, .consent(toAssist: true, agent: "Dana")),
        (#"{"type":"invite"}"#, .invite), (#"{"type":"askControl"}"#, .askControl), (#"{"type":"end"}"#, .end),
        (#"{"type":"giveControl","to":"2"}"#, .giveControl(to: 2)),
        (#" { "type" : "k" } "#, .keepAlive),
    ])
    func `reads commands`(_ json: String, _ command: ParticipantCommand) {
        #expect(ParticipantCommand(json: Array(json.utf8)) == command)
    }

    @Test(arguments: [
        "", "{}", "[]", #"{"type":"message"}"#, #"{"type":"message","text":""}"#, #"{"type":"fly"}"#,
        #"{"type":"leave","type":"accept"}"#, #"{"type":{"a":1}}"#, #"{"type":"leave"}x"#,
        #"{"type":"giveControl"}"#, #"{"type":"giveControl","to":"Dana"}"#,
    ])
    func `refuses everything else`(_ json: String) {
        #expect(ParticipantCommand(json: Array(json.utf8)) == nil)
    }

    @Test func `refuses a message that is too long`() {
        let text = String(repeating: "x", count: ParticipantCommand.maximumMessageByteCount + 1)
        #expect(ParticipantCommand(json: Array(#"{"type":"message","text":"\#(text)"}"#.utf8)) == nil)
    }
}
