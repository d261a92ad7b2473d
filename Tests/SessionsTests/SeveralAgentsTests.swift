import Accounts
import Sessions
import Testing
import WireProtocol

@Suite struct SeveralAgentsTests {
    static let now: Int64 = 1_700_000_000
    static let away = SessionStateMachine.reconnectSeconds
    let dana = SessionStateMachine.Participant(id: "a", name: "Dana", capabilities: [.annotate, .assist, .invite])
    let robin = SessionStateMachine.Participant(id: "b", name: "Robin", capabilities: [.assist])
    let visitor = SessionStateMachine.Participant(id: "v", name: "Noor")

    /// Dana is in the session, in control, and has made an invitation.
    private func invited() -> SessionStateMachine {
        var machine = SessionStateMachine(owner: .visitor, createdAt: Self.now)
        _ = machine.connect(visitor, as: .visitor, at: Self.now)
        _ = machine.connect(dana, as: .agent, at: Self.now)
        _ = machine.accept(at: Self.now)
        _ = machine.invite(by: "a", "i", at: Self.now)
        return machine
    }

    /// Robin is in the session too.
    private func both() -> SessionStateMachine {
        var machine = invited()
        _ = machine.connect(robin, as: .agent, invitation: "i", at: Self.now)
        _ = machine.accept("Robin", at: Self.now)
        return machine
    }

    private func roster(_ actions: [SessionAction], to peer: SessionPeer) -> SessionRoster? {
        actions.reduce(nil) { last, action in
            if case .send(peer, .agents(let roster, _, _)) = action { roster } else { last }
        }
    }

    private func told(_ actions: [SessionAction], _ peer: SessionPeer) -> [SessionEvent] {
        actions.compactMap { if case .send(peer, let event) = $0 { event } else { nil } }
    }

    @Test func `an agent without an invitation has no place beside another`() {
        var machine = invited()
        #expect(machine.connect(robin, as: .agent, at: Self.now) == [.refuse(.occupied)])
        #expect(machine.connect(robin, as: .agent, invitation: "j", at: Self.now) == [.refuse(.occupied)])
    }

    @Test func `the visitor is asked about each agent, and until then that one is told nothing`() {
        var machine = invited()
        let actions = machine.connect(robin, as: .agent, invitation: "i", at: Self.now)
        #expect(actions.first == .admit(.agent("b"), .connected(status: .waiting, other: "Noor", may: [.assist])))
        #expect(told(actions, .visitor).last == .consentAsked(agent: "Robin"))
        #expect(told(actions, .agent("b")) == [.consentPending])
        #expect(roster(actions, to: .visitor)?.asked == "Robin")
        #expect(told(machine.relay("secret", from: .visitor, at: Self.now), .agent("b")).isEmpty)
        #expect(machine.relay("let me in", from: .agent("b"), at: Self.now).isEmpty)

        let accepted = machine.accept("Robin", at: Self.now)
        #expect(accepted.first == .note(.joined(agent: "b")))
        #expect(told(accepted, .agent("b")).first == .active(agent: "Robin", visitor: "Noor", may: [.assist]))
        let entries = [SessionRoster.Entry(number: 1, name: "Dana"), .init(number: 2, name: "Robin")]
        for peer in [SessionPeer.visitor, .agent("a"), .agent("b")] {
            #expect(roster(accepted, to: peer) == SessionRoster(entries: entries, control: 1))
        }
    }

    @Test func `an invitation is good once, for ten minutes, and by those who may invite`() {
        var machine = invited()
        _ = machine.connect(robin, as: .agent, invitation: "i", at: Self.now)
        let eve = SessionStateMachine.Participant(id: "c", name: "Eve")
        #expect(machine.connect(eve, as: .agent, invitation: "i", at: Self.now) == [.refuse(.occupied)])
        #expect(machine.invite(by: "b", "j", at: Self.now).isEmpty)
        _ = machine.accept("Robin", at: Self.now)
        #expect(machine.invite(by: "b", "j", at: Self.now).isEmpty)

        machine = invited()
        let late = machine.connect(robin, as: .agent, invitation: "i", at: Self.now + 600)
        #expect(late == [.refuse(.occupied)])
    }

    @Test func `invitations and agents have limits`() {
        var machine = invited()
        for count in 2...10 { #expect(!machine.invite(by: "a", "\(count)", at: Self.now).isEmpty) }
        #expect(machine.invite(by: "a", "11", at: Self.now).isEmpty)
        for count in 2...SessionStateMachine.maximumAgents {
            let agent = SessionStateMachine.Participant(id: "x\(count)", name: "X")
            #expect(
                machine.connect(agent, as: .agent, invitation: "\(count)", at: Self.now).first != .refuse(.occupied)
            )
        }
        let last = machine.connect(robin, as: .agent, invitation: "i", at: Self.now)
        #expect(last == [.refuse(.full)])
    }

    @Test func `whom the visitor declines is out, and the session goes on`() {
        var machine = invited()
        _ = machine.connect(robin, as: .agent, invitation: "i", at: Self.now)
        let actions = machine.decline("Robin", at: Self.now)
        #expect(told(actions, .agent("b")) == [.ended(.declined, by: .visitor)])
        #expect(actions.contains(.dismiss(.agent("b"))) && machine.status == .active)
        _ = machine.invite(by: "a", "j", at: Self.now)
        #expect(machine.connect(robin, as: .agent, invitation: "j", at: Self.now) == [.refuse(.declined)])
    }

    @Test func `the question is taken back when the agent is gone`() {
        var machine = invited()
        _ = machine.connect(robin, as: .agent, invitation: "i", at: Self.now)
        #expect(roster(machine.lose(.agent("b"), at: Self.now), to: .visitor)?.asked == "")
        let back = machine.connect(robin, as: .agent, at: Self.now + 1)
        #expect(told(back, .visitor).last == .consentAsked(agent: "Robin"))
        #expect(roster(machine.leave(.agent("b"), at: Self.now), to: .visitor)?.asked == "")
        #expect(machine.accept("Robin", at: Self.now).isEmpty)
    }

    @Test func `messages go to all who are in`() {
        var machine = both()
        let said = machine.relay("hello", from: .agent("b"), at: Self.now)
        let event = SessionEvent.message(from: .agent, name: "Robin", text: "hello")
        #expect(said == [.send(.visitor, event), .send(.agent("a"), event)])
        #expect(machine.relay("hi", from: .visitor, at: Self.now).count == 2)
        _ = machine.lose(.agent("a"), at: Self.now)
        #expect(machine.relay("hi", from: .visitor, at: Self.now).count == 1)
    }

    @Test func `who asks is told what was said since they are in, once a connection`() {
        var machine = invited()
        _ = machine.relay("before", from: .visitor, at: Self.now)
        _ = machine.connect(robin, as: .agent, invitation: "i", at: Self.now)
        #expect(machine.recall(by: .agent("b")).isEmpty)
        _ = machine.accept("Robin", at: Self.now)
        _ = machine.relay("mine", from: .agent("b"), at: Self.now + 5)
        _ = machine.relay("yours", from: .agent("a"), at: Self.now + 6)
        let mine = SessionEvent.said(by: .agent, name: "Robin", text: "mine", at: Self.now + 5, isOwn: true)
        let yours = SessionEvent.said(by: .agent, name: "Dana", text: "yours", at: Self.now + 6, isOwn: false)
        #expect(told(machine.recall(by: .agent("b")), .agent("b")) == [mine, yours])
        #expect(machine.recall(by: .agent("b")).isEmpty)
        _ = machine.lose(.agent("b"), at: Self.now)
        _ = machine.connect(robin, as: .agent, at: Self.now)
        #expect(machine.recall(by: .agent("b")).count == 2)
        #expect(told(machine.recall(by: .visitor), .visitor).count == 3)
        for number in 0..<60 { _ = machine.relay("\(number)", from: .visitor, at: Self.now) }
        let last = told(machine.recall(by: .agent("a")), .agent("a"))
        #expect(last.count == 50)
        #expect(last.last == .said(by: .visitor, name: "Noor", text: "59", at: Self.now, isOwn: false))
    }

    @Test func `control is handed over by the one who has it, and asked for by the others`() {
        var machine = both()
        // Neither to themselves nor to the one who has it.
        #expect(machine.giveControl(by: "b", to: 2).isEmpty && machine.giveControl(by: "b", to: 1).isEmpty)
        #expect(machine.giveControl(by: "a", to: 3).isEmpty)
        let wish = roster(machine.askControl(by: "b"), to: .agent("a"))
        #expect(wish?.entries.last?.wantsControl == true && wish?.control == 1)
        let actions = machine.giveControl(by: "a", to: 2)
        #expect(actions.prefix(2) == [.control("b"), .note(.control(agent: "b"))])
        #expect(roster(actions, to: .visitor)?.control == 2)
        #expect(roster(actions, to: .visitor)?.entries.contains(where: \.wantsControl) == false)
        #expect(machine.giveControl(by: "a", to: 1).isEmpty)
    }

    @Test func `without the one in control, who asks has it at once`() {
        var machine = both()
        _ = machine.lose(.agent("a"), at: Self.now)
        #expect(machine.askControl(by: "b").contains(.control("b")))
    }

    @Test func `consent holds for the agent whom it was given, and ends with their control`() {
        var machine = both()
        #expect(machine.consent(toAssist: true, for: "Robin").isEmpty)
        #expect(machine.consent(toAssist: true, for: "Dana").first == .allowAssist(true))
        let actions = machine.giveControl(by: "a", to: 2)
        #expect(actions.prefix(2) == [.allowAssist(false), .note(.consent(false, agent: "a"))])
        #expect(machine.consent(toAssist: true, for: "Dana").isEmpty)
        #expect(machine.consent(toAssist: true, for: "Robin").first == .allowAssist(true))
        #expect(machine.consent(toAssist: false, for: "Dana").first == .allowAssist(false))
    }

    @Test func `the first agent hands over by leaving, and the session goes on with the second`() {
        var machine = both()
        let actions = machine.leave(.agent("a"), at: Self.now + 5)
        #expect(told(actions, .agent("a")) == [.ended(.completed, by: .agent)])
        #expect(actions.contains(.dismiss(.agent("a"))) && actions.contains(.note(.left(agent: "a"))))
        #expect(actions.contains(.record(.active, agent: "b", at: Self.now + 5)))
        #expect(actions.contains(.control("b")) && machine.inControl == "b" && machine.status == .active)
        #expect(roster(actions, to: .visitor)?.entries.map(\.name) == ["Robin"])
        #expect(machine.leave(.agent("b"), at: Self.now).last == .finish)
    }

    @Test func `an agent who stays away loses the place, and the last one ends the session`() {
        var machine = both()
        _ = machine.lose(.agent("a"), at: Self.now)
        #expect(machine.tick(at: Self.now + Self.away).contains(.control("b")))
        #expect(machine.connect(dana, as: .agent, at: Self.now + Self.away) == [.refuse(.occupied)])
        _ = machine.lose(.agent("b"), at: Self.now + 100)
        #expect(machine.tick(at: Self.now + 100 + Self.away).last == .finish)
        #expect(machine.status == .unclean)
    }

    @Test func `an agent who is suspended is out, and the session ends only with the last`() {
        var machine = both()
        let actions = machine.expel("a", at: Self.now)
        #expect(told(actions, .agent("a")) == [.ended(.killed)])
        #expect(actions.contains(.dismiss(.agent("a"))) && machine.inControl == "b")
        #expect(machine.expel("b", at: Self.now).last == .finish)
        #expect(machine.status == .killed)

        // Nobody is left whom the visitor has let in.
        machine = invited()
        _ = machine.connect(robin, as: .agent, invitation: "i", at: Self.now)
        #expect(machine.expel("a", at: Self.now).last == .finish)
    }

    @Test func `only the one in control ends the session for all`() {
        var machine = both()
        #expect(machine.end(by: "b", at: Self.now).isEmpty)
        let actions = machine.end(by: "a", at: Self.now)
        #expect(told(actions, .agent("b")) == [.ended(.completed, by: .agent)])
        #expect(machine.status == .completed)
    }

    @Test func `the list of agents is one flat text for each kind of thing`() {
        let entries = [
            SessionRoster.Entry(number: 1, name: "Dana\nWhitfield", isAway: true),
            .init(number: 3, name: "Robin", wantsControl: true),
        ]
        let event = SessionEvent.agents(SessionRoster(entries: entries, control: 3), may: [.assist], own: 1)
        let text =
            #"{"type":"agents","agent":"Robin","names":"Dana Whitfield\u000aRobin","numbers":"1 3","control":"3","away":"1","asking":"3","asked":"","own":"1","may":"assist"}"#
        #expect(event.json == text)
    }
}
