import Accounts
import LoginKey
import Sessions
import Testing
import WireProtocol

@Suite struct PresenceCommandTests {
    private func visitor(_ id: String = "v-1") throws -> VisitorReference {
        VisitorReference(try #require(SessionKey(id)), of: try PartnerID(parsing: "12345"))
    }

    // MARK: Visitors

    @Test func `reads an announcement`() throws {
        let json = #"{"type":"announce","groupid":"12345","visitorid":"v-1","name":"Noor Haddad"}"#
        #expect(VisitorCommand(json: Array(json.utf8)) == .announce(try visitor(), PresentVisitor(name: "Noor Haddad")))
        let nameless = #"{"type":"announce","groupid":12345,"visitorid":"v-1","name":""}"#
        #expect(VisitorCommand(json: Array(nameless.utf8)) == .announce(try visitor(), PresentVisitor(name: "Visitor")))
    }

    @Test(arguments: [
        #"{"type":"announce","groupid":"12345","visitorid":""}"#, #"{"type":"announce","visitorid":"v"}"#,
        #"{"type":"announce","groupid":"x","visitorid":"v"}"#, #"{"type":"announce","groupid":"12345"}"#,
        #"{"type":"announce","groupid":"12345","visitorid":"a b"}"#,
        #"{"type":"announce","groupid":"12345","visitorid":"v","visitorid":"w"}"#,
        #"{"type":"announce","groupid":"12345","visitorid":"v","name":"a\u202eb"}"#,
        #"{"type":"announce","groupid":"12345","visitorid":"v","name":" a"}"#,
        #"{"type":"announce","groupid":"12345","visitorid":"v","name":"a\u0000"}"#,
        "", "{}", "[]", #"{"type":"connect"}"#, #"{"type":"accepted"}"#, #"{"type":"k"}x"#,
        #"{"type":"accepted","invitation":{}}"#,
    ])
    func `refuses what is no command of a visitor`(_ json: String) {
        #expect(VisitorCommand(json: Array(json.utf8)) == nil)
    }

    @Test func `holds visitor ids and names to their lengths`() {
        func announce(id: Int, name: Int) -> VisitorCommand? {
            let (id, name) = (String(repeating: "v", count: id), String(repeating: "ñ", count: name))
            let json = #"{"type":"announce","groupid":"12345","visitorid":"\#(id)","name":"\#(name)"}"#
            return VisitorCommand(json: Array(json.utf8))
        }
        #expect(announce(id: 63, name: 63) != nil)
        #expect(announce(id: 64, name: 63) == nil)
        #expect(announce(id: 63, name: 64) == nil)
        let blanks = String(repeating: " ", count: VisitorCommand.maximumByteCount)
        #expect(VisitorCommand(json: Array((#"{"type":"k"}"# + blanks).utf8)) == nil)
    }

    @Test func `reads answers and signs of life`() {
        let accepted = #"{"type":"accepted","invitation":"q1"}"#
        #expect(VisitorCommand(json: Array(accepted.utf8)) == .answer("q1", .accepted))
        let declined = #"{"type":"declined","invitation":"q1"}"#
        #expect(VisitorCommand(json: Array(declined.utf8)) == .answer("q1", .declined))
        #expect(VisitorCommand(json: Array(#"{"type":"k"}"#.utf8)) == .keepAlive)
    }

    // MARK: Agents

    @Test func `ignores members that nobody knows, whatever is in them`() throws {
        let more = #""version":3.5,"a":[1,{"b":null}],"c":{"type":"k"},"d":-1e9,"#
        let agent = "{\(more)" + #""type":"connect","authorization":"e.y.J","groupid":12345,"visitorid":"v-1"}"#
        #expect(AgentCommand(json: Array(agent.utf8)) == .connect(token: "e.y.J", try visitor()))
        let visitor = "{\(more)" + #""type":"announce","groupid":12345,"visitorid":"v-1","name":"Noor"}"#
        #expect(
            VisitorCommand(json: Array(visitor.utf8)) == .announce(try self.visitor(), PresentVisitor(name: "Noor"))
        )
    }

    @Test(arguments: ["Bearer e.y.J", "bearer e.y.J", "e.y.J"])
    func `reads the first frame of existing clients`(_ authorization: String) throws {
        let json = """
            {"type":"connect","authorization":"\(authorization)","groupid":12345,"visitorid":"v-1","guesttoken":null,\
            "version":"5.8.1"}
            """
        #expect(AgentCommand(json: Array(json.utf8)) == .connect(token: "e.y.J", try visitor()))
    }

    @Test(arguments: [
        #"{"type":"connect","groupid":"12345","visitorid":"v"}"#,
        #"{"type":"connect","authorization":"","groupid":"12345","visitorid":"v"}"#,
        #"{"type":"connect","authorization":"x","visitorid":"v"}"#,
        #"{"type":"connect","authorization":"x","groupid":"12345"}"#,
        #"{"type":"connect","authorization":"x","Authorization":"y","groupid":"12345","visitorid":"v"}"#,
        "", "{}", "k",
    ])
    func `refuses what is no command of an agent`(_ json: String) {
        #expect(AgentCommand(json: Array(json.utf8)) == nil)
    }

    @Test func `reads over what existing clients may send beside`() {
        #expect(AgentCommand(json: Array(#"{"type":"k"}"#.utf8)) == .keepAlive())
        #expect(AgentCommand(json: Array(#"{"type":"k","answer":true}"#.utf8)) == .keepAlive(isToBeAnswered: true))
        #expect(AgentCommand(json: Array(#"{"type":"status","busy":true}"#.utf8)) == .other)
    }

    // MARK: Our own programs

    @Test func `reads the first frames that our own programs send`() throws {
        let name = #"Noor "Haddad" ñ"#
        let announcement = PresenceOpening.announce(groupID: "12345", visitorID: "v-1", name: name)
        let expected = VisitorCommand.announce(try visitor(), PresentVisitor(name: name))
        #expect(VisitorCommand(json: Array(announcement.json.utf8)) == expected)
        let opening = PresenceOpening.connect(token: "e.y.J", groupID: "12345", visitorID: "v-1")
        #expect(AgentCommand(json: Array(opening.json.utf8)) == .connect(token: "e.y.J", try visitor()))
        #expect(
            opening.json == #"{"type":"connect","authorization":"Bearer e.y.J","groupid":"12345","visitorid":"v-1"}"#
        )
    }
}

@Suite struct PresenceEventTests {
    @Test func `says what existing clients read`() throws {
        let id = try #require(SessionKey("v-1"))
        let call = try #require(VisitorCall(.invoke, function: "ui.show", arguments: Array(#"[1,{"a":"\"]"}]"#.utf8)))
        let expected: [(PresenceEvent, String)] = [
            (.connected, #"{"type":"connected","keepalive":25,"answers":true}"#),
            (.announced, #"{"type":"announced","keepalive":25,"answers":true}"#),
            (.visitorConnected(true), #"{"type":"visitorconn","data":{"connected":true}}"#),
            (
                .presence(id, PresentVisitor(name: "Ñ\"")),
                #"{"type":"presence","data":{"visitorid":"v-1","present":true,"name":"Ñ\"","url":"","browser":"","#
                    + #""browserver":"","platform":""}}"#
            ),
            (
                .presence(id, nil),
                #"{"type":"presence","data":{"visitorid":"v-1","present":false,"name":"","url":"","browser":"","#
                    + #""browserver":"","platform":""}}"#
            ),
            (
                .terms(id, agent: "Dana", .declined),
                #"{"type":"terms","data":{"visitorid":"v-1","agent":"Dana","status":"declined"}}"#
            ),
            (.sessionStarted(id), #"{"type":"visitorsessionstart","data":{"sessionkey":"v-1"}}"#),
            (.sessionEnded(id), #"{"type":"visitorsessionend","data":{"sessionkey":"v-1"}}"#),
            (.refused, #"{"type":"refused","data":{"reason":"refused"}}"#),
            (.invite("q1", agent: "Dana"), #"{"type":"invite","data":{"agent":"Dana","invitation":"q1"}}"#),
            (
                .invite("q1", agent: "Dana", sessionKey: id),
                #"{"type":"invite","data":{"agent":"Dana","invitation":"q1","sessionkey":"v-1"}}"#
            ),
            (.withdrawn("q1"), #"{"type":"withdrawn","data":{"invitation":"q1"}}"#),
            (.call(call), #"{"type":"invoke","data":{"func":"ui.show","args":[1,{"a":"\"]"}]}}"#),
        ]
        for (event, json) in expected {
            #expect(event.json == json)
        }
    }

    @Test func `is read by our own programs`() throws {
        let id = try #require(SessionKey("v-1"))
        let read = { (event: PresenceEvent) in PresenceNotice(json: Array(event.json.utf8)) }
        #expect(read(.announced)?.kind == .announced)
        #expect(read(.presence(id, nil))?.kind == .presence)
        #expect(read(.presence(id, nil))?.server == nil)
        let moved = read(.moved("wss://b.example:8443/session"))
        #expect(moved?.kind == .moved)
        #expect(moved?.server == "wss://b.example:8443")
    }

    @Test func `holds names of functions to letters, digits, _ and .`() {
        for name in ["", "a b", "a-b", "é", "a;b", String(repeating: "x", count: 65)] {
            #expect(VisitorCall(.signal, function: name, arguments: nil) == nil, "\(name)")
        }
        #expect(VisitorCall(.signal, function: String(repeating: "x", count: 64), arguments: nil) != nil)
    }
}
