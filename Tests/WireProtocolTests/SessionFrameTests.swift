import Testing
import WireProtocol

/// What one side writes, the other reads.
struct SessionFrameTests {
    private static let text = #"He said "hi" \ and left 🗝"#
    private static let may: AgentCapabilities = [.annotate, .invite]
    private static let roster = SessionRoster(
        entries: [
            SessionRoster.Entry(number: 1, name: "Dana Whitfield", isAway: true),
            SessionRoster.Entry(number: 7, name: "Eve", wantsControl: true), SessionRoster.Entry(number: 9, name: ""),
        ],
        control: 7,
        asked: "Noor"
    )

    @Test(arguments: [
        ParticipantCommand.connect(serverKey: "a.b.c"), .message(text), .accept(), .accept(agent: text), .decline(),
        .decline(agent: "Eve"), .consent(toAssist: true), .consent(toAssist: false, agent: text), .invite, .askControl,
        .giveControl(to: 7), .end, .leave, .keepAlive,
    ])
    func `a command is read as it was written`(command: ParticipantCommand) {
        #expect(ParticipantCommand(json: Array(command.json.utf8)) == command)
    }

    @Test(arguments: [
        SessionEvent.connected(status: .waiting, other: nil), .connected(status: .active, other: text, may: may),
        .arrived(.visitor, name: text), .left(.agent), .away(.visitor), .consentAsked(agent: text), .consentPending,
        .active(agent: "Dana", visitor: text, may: may), .agents(roster, may: may, own: 9),
        .agents(SessionRoster(entries: [], control: 0), may: []), .invitation("i"),
        .message(from: .agent, name: "Dana", text: text), .ended(.quit, by: .visitor), .ended(.timedOut),
        .refused(.occupied), .refused(.full), .refused(.declined), .refused(.over), .refused(nil),
    ])
    func `an event is read as it was written`(event: SessionEvent) {
        #expect(SessionEvent(json: Array(event.json.utf8)) == event)
    }

    @Test(arguments: [
        "", "{", "[]", "{}", #"{"type":"nothing"}"#, #"{"type":"arrived","role":"owner"}"#, #"{"type":"ended"}"#,
        #"{"type":"connected","status":"Z"}"#, #"{"type":"agents","names":"a\nb","numbers":"1","control":"1"}"#,
        #"{"type":"agents","names":"a","numbers":"1"}"#,
    ])
    func `what is no event is not read`(text: String) {
        #expect(SessionEvent(json: Array(text.utf8)) == nil)
    }

    @Test func `answers are read as they were written, and what is new in them is ignored`() throws {
        let agent = SessionAdmission(
            server: "wss://a.example/session",
            serverKey: "k.k.k",
            sessionKey: Self.text,
            sessionID: "1",
            status: .waiting
        )
        let visitor = SessionAdmission(server: "ws://b/session", serverKey: "k", sessionKey: "1", resume: "")
        for admission in [agent, visitor] { #expect(SessionAdmission(json: admission.json) == admission) }
        let owner = LaunchOwner(
            groupID: "12345",
            groupName: Self.text,
            partnerUserID: "",
            username: "dana",
            name: "Dana Whitfield",
            correlationID: "c"
        )
        #expect(LaunchOwner(json: owner.json) == owner)
        let newer = String(decoding: owner.json.dropLast(), as: UTF8.self) + #","next":{"a":[1]}}"#
        #expect(LaunchOwner(json: Array(newer.utf8)) == owner)
        #expect(LaunchOwner(json: Array(#"{"groupId":"1"}"#.utf8)) == nil)
        #expect(SessionAdmission(json: Array(#"{"server":"wss://a/session"}"#.utf8)) == nil)
    }
}
