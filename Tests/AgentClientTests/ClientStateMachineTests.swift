import LoginKey
import ProtocolURL
import Testing
import WireProtocol

@testable import AgentClient

@Suite struct ClientStateMachineTests {
    private static let loginKey = "$1$1795364878$DVMsE0uFtTjc6mSmgHW28V71P_ZpH7LaFaWAq8wePQY"
    private let server: ServerAddress
    private var now: Int64 = 1_000_000

    init() throws {
        server = try #require(ServerAddress("https://latchkey.example"))
    }

    private func configuration(
        _ questions: QuestionPolicy = .ask,
        accepting groups: Set<String> = ["https://latchkey.example 12345"]
    ) -> ClientStateMachine.Configuration {
        .init(servers: [server], questions: questions, accepted: groups)
    }

    private func url(_ user: String = "joe", key: String? = nil, group: String = "12345") throws -> ProtocolURL {
        let path = key.map { "agentjoin/latchkey.example/\(group)/\($0)" } ?? "authenticate"
        let query = "partnerid=\(group)&partneruserid=\(user)&loginkey=\(Self.loginKey)"
        return try ProtocolURL(parsing: "glancepanorama://\(path)?\(query)")
    }

    private func ticketURL(_ key: String) throws -> ProtocolURL {
        try ProtocolURL(parsing: "glancepanorama://agentjoin/latchkey.example/12345/\(key)?ticket=a.b.c")
    }

    private func signIn(_ user: String = "joe", ends: Int64 = 4_600_000) -> SignIn {
        SignIn(
            identity: Identity(
                server: server,
                groupID: "12345",
                groupName: "Acme",
                user: Identity.user(partnerUserID: user),
                name: user
            ),
            token: "token",
            sessionID: "gssnid",
            tokenEnds: ends,
            correlationID: "c"
        )
    }

    private func launch(_ actions: [ClientAction]) -> Launch? {
        for case .signIn(let launch) in actions { return launch }
        return nil
    }

    /// A machine in a live session.
    private func live(_ key: String = "k") throws -> ClientStateMachine {
        var machine = ClientStateMachine()
        let actions = try machine.open(url(key: key), configuration(), correlationID: "c", at: now).get()
        let signedIn = machine.signedIn(try #require(self.launch(actions)), signIn(), at: now)
        let attempt = try #require(self.attempt(signedIn))
        _ = machine.admitted(SessionAdmission(server: "wss://s", serverKey: "x", sessionKey: key), attempt: attempt)
        _ = machine.received(.connected(status: .waiting, other: nil), attempt: attempt)
        _ = machine.received(.active(agent: "Dana", visitor: "Noor"), attempt: attempt)
        #expect(machine.session?.phase == .live)
        return machine
    }

    private func attempt(_ actions: [ClientAction]) -> Int? {
        for case .request(_, _, let attempt) in actions { return attempt }
        return nil
    }

    // MARK: Signing in

    @Test func `signs in at once where there is nothing to ask`() throws {
        var machine = ClientStateMachine()
        let actions = try machine.open(url(), configuration(), correlationID: "c", at: now).get()
        let wanted = try #require(launch(actions))
        #expect(machine.launch == wanted)
        let done = machine.signedIn(wanted, signIn(), at: now)
        #expect(machine.signIn == signIn())
        #expect(attempt(done) == nil)
    }

    @Test func `asks whose a ticket is before anything else`() throws {
        var machine = ClientStateMachine()
        let actions = try machine.open(ticketURL("k"), configuration(), correlationID: "c", at: now).get()
        #expect(launch(actions) == nil)
        guard case .pickUp(let launch)? = actions.last else {
            Issue.record("\(actions)")
            return
        }
        let more = machine.pickedUp(launch, signIn().identity, configuration(), at: now)
        #expect(self.launch(more) == launch)
    }

    @Test func `refuses a server that is not configured, and none at all`() throws {
        var machine = ClientStateMachine()
        let other = try ProtocolURL(
            parsing: "glancepanorama://login/evil.example?partnerid=1&partneruserid=a&loginkey=\(Self.loginKey)"
        )
        let result1 = machine.open(other, configuration(), correlationID: "c", at: now)
        #expect(result1 == .failure(.unlistedServer))
        let none = ClientStateMachine.Configuration(servers: [], questions: .ask, accepted: [])
        let result2 = try machine.open(url(), none, correlationID: "c", at: now)
        #expect(result2 == .failure(.noServer))
        #expect(machine.launch == nil)
    }

    @Test func `tries again when the server cannot be reached, a few times`() throws {
        var machine = ClientStateMachine()
        var actions = try machine.open(url(), configuration(), correlationID: "c", at: now).get()
        let wanted = try #require(launch(actions))
        var time = now
        var attempts = 1
        while machine.launch != nil, attempts < 100 {
            _ = machine.signInFailed(wanted, .unreachable, at: time)
            let result3 = machine.tick(at: time)
            #expect(result3 == [])
            time += 30_000
            actions = machine.tick(at: time)
            attempts += actions.isEmpty ? 0 : 1
        }
        #expect(attempts == 5)
        #expect(machine.problem?.contains("cannot be reached") == true)
    }

    @Test func `does not try again when it is refused`() throws {
        var machine = ClientStateMachine()
        let actions = try machine.open(url(), configuration(), correlationID: "c", at: now).get()
        _ = machine.signInFailed(try #require(launch(actions)), .refused, at: now)
        #expect(machine.launch == nil)
        let result4 = machine.tick(at: now + 1_000_000)
        #expect(result4 == [])
    }

    @Test func `ignores the answer to an earlier launch`() throws {
        var machine = ClientStateMachine()
        let first = try machine.open(url(), configuration(), correlationID: "c", at: now).get()
        let second = try machine.open(url(), configuration(), correlationID: "d", at: now).get()
        let result5 = machine.signedIn(try #require(self.launch(first)), signIn(), at: now)
        #expect(result5 == [])
        #expect(machine.signIn == nil)
        _ = machine.signedIn(try #require(self.launch(second)), signIn(), at: now)
        #expect(machine.signIn != nil)
    }

    @Test func `ignores what comes after signing out`() throws {
        var machine = ClientStateMachine()
        let actions = try machine.open(ticketURL("k"), configuration(), correlationID: "c", at: now).get()
        guard case .pickUp(let pending)? = actions.last else {
            Issue.record("\(actions)")
            return
        }
        _ = machine.signOut()
        let late = machine.pickedUp(pending, signIn().identity, configuration(), at: now)
        #expect(launch(late) == nil)
        let failed = machine.pickUpFailed(pending, .unreachable)
        #expect(failed.isEmpty && machine.problem == nil)
    }

    // MARK: Questions

    @Test func `asks before it accepts a group or changes the user, byte for byte`() throws {
        var machine = ClientStateMachine()
        _ = try machine.open(url(), configuration(accepting: []), correlationID: "c", at: now).get()
        #expect(machine.question?.kind == .newGroup)
        let confirmed = machine.confirm("") ?? []
        _ = machine.signedIn(try #require(self.launch(confirmed)), signIn("é"), at: now)
        let composed = try machine.open(url("%C3%A9"), configuration(), correlationID: "c", at: now).get()
        #expect(launch(composed) != nil)
        let decomposed = try machine.open(url("e%CC%81"), configuration(), correlationID: "c", at: now).get()
        #expect(launch(decomposed) == nil)
        #expect(machine.question?.kind == .changeUser)
        let result6 = machine.decline("no such id")
        #expect(result6 == nil)
        _ = machine.decline(machine.question?.id ?? "")
        #expect(machine.question == nil)
        #expect(machine.signIn?.identity.name == "é")
    }

    @Test func `asks before another user takes the place of one who is being signed in`() throws {
        var machine = ClientStateMachine()
        let first = try machine.open(url("joe"), configuration(), correlationID: "c", at: now).get()
        let second = try machine.open(url("eve"), configuration(), correlationID: "d", at: now).get()
        #expect(launch(second) == nil)
        #expect(machine.question?.kind == .changeUser)
        #expect(machine.question?.text.contains("joe") == true)
        _ = machine.signedIn(try #require(self.launch(first)), signIn(), at: now)
        #expect(machine.signIn?.identity.name == "joe")
    }

    @Test func `a question that nobody answers is declined`() throws {
        var machine = ClientStateMachine()
        _ = try machine.open(url(), configuration(accepting: []), correlationID: "c", at: now).get()
        let result7 = machine.tick(at: now + 54_999)
        #expect(result7 == [])
        let actions = machine.tick(at: now + 55_000)
        #expect(actions.contains { if case .decline(_, .notAnswered) = $0 { true } else { false } })
        #expect(machine.question == nil)
    }

    @Test func `follows the policy where nobody is to be asked`() throws {
        for policy in [QuestionPolicy.confirm, .decline] {
            var machine = ClientStateMachine()
            let actions = try machine.open(url(), configuration(policy, accepting: []), correlationID: "c", at: now)
                .get()
            #expect((launch(actions) != nil) == (policy == .confirm))
            #expect(machine.question == nil)
        }
    }

    @Test func `asks before it leaves a live session for another one, and not for the same`() throws {
        var machine = try live("k")
        let same = try machine.open(url(key: "k"), configuration(), correlationID: "c", at: now).get()
        #expect(launch(same) != nil)
        _ = machine.signedIn(try #require(self.launch(same)), signIn(), at: now)
        #expect(machine.session?.key == "k")
        _ = try machine.open(url(key: "other"), configuration(), correlationID: "c", at: now).get()
        #expect(machine.question?.kind == .leaveSession)
        let confirmed = machine.confirm("") ?? []
        let actions = machine.signedIn(try #require(self.launch(confirmed)), signIn(), at: now)
        #expect(actions.contains(.send(.leave)))
        #expect(machine.session?.key == "other")
    }

    // MARK: Keeping the sign-in

    @Test func `renews the token when three quarters of its life are over`() throws {
        var machine = ClientStateMachine()
        let actions = try machine.open(url(), configuration(), correlationID: "c", at: now).get()
        _ = machine.signedIn(try #require(self.launch(actions)), signIn(ends: now + 3_600_000), at: now)
        let result8 = machine.tick(at: now + 2_699_999)
        #expect(result8 == [])
        let result9 = machine.tick(at: now + 2_700_000)
        #expect(result9 == [.renew(signIn(ends: now + 3_600_000))])
        let result10 = machine.tick(at: now + 2_700_001)
        #expect(result10 == [])
        let old = try #require(machine.signIn)
        _ = machine.renewalFailed(old, .unreachable, at: now + 2_700_001)
        let result11 = machine.tick(at: now + 2_715_001)
        #expect(result11 == [.renew(old)])
        _ = machine.renewalFailed(old, .refused, at: now + 2_715_001)
        #expect(machine.signIn == nil)
        #expect(machine.problem?.contains("signed out") == true)
    }

    // MARK: The session

    @Test func `waits for a session that has not started, up to ten minutes`() throws {
        var machine = ClientStateMachine()
        let actions = try machine.open(url(key: "k"), configuration(), correlationID: "c", at: now).get()
        var next = machine.signedIn(try #require(self.launch(actions)), signIn(ends: now + 90_000_000), at: now)
        var time = now
        var count = 0
        while machine.session != nil, count < 1000 {
            let attempt = try #require(self.attempt(next))
            _ = machine.admissionFailed(.notStarted, attempt: attempt, at: time)
            time += 2000
            next = machine.tick(at: time)
            count += 1
        }
        #expect(count == 301)
        #expect(machine.problem == "The session was not started.")
    }

    @Test func `joins the session that it wanted to start when it is there already`() throws {
        var machine = ClientStateMachine()
        let start = try ProtocolURL(
            parsing: "glance://startssn?key=77&partnerid=12345&partneruserid=joe&loginkey=\(Self.loginKey)"
        )
        let actions = try machine.open(start, configuration(), correlationID: "c", at: now).get()
        let signedIn = machine.signedIn(try #require(self.launch(actions)), signIn(), at: now)
        let again = machine.admissionFailed(.conflict, attempt: try #require(attempt(signedIn)), at: now)
        guard case .request(.join("77"), _, _)? = again.last else {
            Issue.record("\(again)")
            return
        }
    }

    @Test func `comes back after a lost connection, with longer and longer pauses`() throws {
        var machine = try live()
        var time = now
        var pauses: [Int64] = []
        var attempt = 0
        for round in 0..<8 {
            if round == 0 {
                attempt = 3
                while machine.session?.phase == .live, attempt > 0 {
                    _ = machine.lost(attempt: attempt, at: time)
                    attempt -= 1
                }
            }
            let start = time
            var actions: [ClientAction] = []
            while actions.isEmpty {
                time += 100
                actions = machine.tick(at: time)
            }
            pauses.append(time - start)
            _ = machine.admissionFailed(.unreachable, attempt: try #require(self.attempt(actions)), at: time)
        }
        #expect(machine.session?.phase == .reconnecting)
        #expect(pauses == [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
    }

    @Test func `connects anew at once after a sleep`() throws {
        var machine = try live()
        let actions = machine.resumed(at: now + 3_000_000)
        #expect(actions.contains(.disconnect))
        #expect(attempt(actions) != nil)
        #expect(actions.contains { if case .renew = $0 { true } else { false } })
    }

    @Test func `after a sleep that was longer than the token's life, gets a new one before anything else`() throws {
        var machine = try live()
        let woken = now + 10_000_000
        let actions = machine.resumed(at: woken)
        #expect(attempt(actions) == nil)
        let old = try #require(machine.signIn)
        #expect(actions.contains(.renew(old)))
        _ = machine.renewed(old, signIn(ends: woken + 3_600_000), at: woken)
        let next = machine.tick(at: woken + 500)
        #expect(attempt(next) != nil)
        #expect(machine.session?.phase == .reconnecting)
    }

    @Test func `makes room for the viewer, and lets go of the session with it`() throws {
        var machine = try live()
        let asked = try #require(machine.viewable())
        #expect(asked.key == "k" && asked.signIn == signIn())
        #expect(machine.show("another", in: .window) == nil)
        let old = try #require(machine.session?.attempt)
        let view = machine.show("k", in: .window)
        let shown = try #require(view)
        // Not left: the visitor is not told that the agent has gone.
        #expect(shown.actions.contains(.disconnect) && !shown.actions.contains(.send(.leave)))
        #expect(machine.session?.phase == .viewing)
        // Neither the end of the own connection nor a sleep brings the client back into the place of the viewer.
        let afterLoss = machine.lost(attempt: old, at: now)
        let afterSleep = machine.resumed(at: now + 10_000)
        #expect(attempt(afterLoss + afterSleep + machine.tick(at: now + 60_000)) == nil)
        #expect(machine.say("Hello") == nil)
        #expect(machine.viewEnded(shown.view - 1) == [])
        #expect(machine.session?.phase == .viewing)
        #expect(machine.viewEnded(shown.view) != [])
        #expect(machine.session == nil && machine.viewable() == nil)

        var other = try live()
        _ = other.show("k", in: .browser)
        #expect(other.session == nil && other.problem != nil)
        // No browser: back into the session, but not into another one's place, nor for somebody who has signed out.
        var busy = other
        _ = try busy.open(url(key: "l"), configuration(), correlationID: "f", at: now).get()
        let again = other.showingFailed("k", signIn(), at: now)
        #expect(attempt(again) != nil && other.session?.key == "k" && other.problem == nil)
        _ = other.signOut()
        #expect(other.showingFailed("k", signIn(), at: now) == [] && other.session == nil)
    }

    @Test func `goes on with a session that the window could not show`() throws {
        var machine = try live()
        let view = machine.show("k", in: .window)
        let shown = try #require(view)
        #expect(machine.viewFailed(shown.view - 1, at: now) == [])
        let actions = machine.viewFailed(shown.view, at: now)
        #expect(attempt(actions) != nil && machine.session?.key == "k" && machine.session?.phase == .requesting)
        // The end of the window's connection is another's by now.
        #expect(machine.viewEnded(shown.view) == [])
        #expect(machine.session != nil)
    }

    @Test func `a click on the session that the viewer shows goes into it again, and on another one asks`() throws {
        var machine = try live()
        let view = machine.show("k", in: .window)
        let shown = try #require(view)
        let same = try machine.open(url(key: "k"), configuration(), correlationID: "d", at: now).get()
        let again = machine.signedIn(try #require(launch(same)), signIn(), at: now)
        #expect(attempt(again) != nil)
        #expect(machine.viewEnded(shown.view) == [])
        #expect(machine.session?.key == "k")

        _ = machine.show("k", in: .window)
        let other = try machine.open(url(key: "l"), configuration(), correlationID: "e", at: now).get()
        #expect(launch(other) == nil)
        #expect(machine.question?.kind == .leaveSession)
    }

    @Test func `says nothing while nobody can hear it`() throws {
        var machine = try live()
        let said = machine.say("Hello")
        #expect(said == [.send(.message("Hello"))])
        _ = machine.resumed(at: now)
        let unheard = machine.say("Hello?")
        #expect(unheard == nil)
        #expect(machine.session?.messages.count == 1)
    }

    @Test func `takes no session server without TLS from a server with it`() throws {
        var machine = ClientStateMachine()
        let actions = try machine.open(url(key: "k"), configuration(), correlationID: "c", at: now).get()
        let signedIn = machine.signedIn(try #require(self.launch(actions)), signIn(), at: now)
        let admission = SessionAdmission(server: "ws://evil", serverKey: "x", sessionKey: "k")
        let refused = machine.admitted(admission, attempt: try #require(attempt(signedIn)))
        #expect(!refused.contains { if case .connect = $0 { true } else { false } })
        #expect(machine.session == nil)
    }

    @Test func `ends with the session, and says how`() throws {
        for (status, text) in [
            (SessionStatus.completed, "has ended"), (.declined, "declined"), (.killed, "administrator"),
            (.unknown, "is over"),
        ] {
            var machine = try live()
            for attempt in 0..<10 {
                _ = machine.received(.ended(status), attempt: attempt)
            }
            #expect(machine.session == nil)
            #expect(machine.signIn != nil)
            #expect(machine.problem?.contains(text) == true)
        }
    }

    @Test(arguments: [
        "https://evil.example/path", "https://user@host.example", "http://host.example",
        "http://127.0.0.1.evil.example",
        "http://127.evil.example", "https://", "https://host:0", "ftp://host", "host.example", "https://host/../x", "",
    ])
    func `refuses what is no server's address`(_ text: String) {
        #expect(ServerAddress(text) == nil)
    }

    @Test func `takes servers with TLS, and plain ones on this machine`() {
        for text in [
            "https://host.example", "https://host.example:8443/", "http://127.0.0.1:8080", "http://localhost:1",
        ] {
            #expect(ServerAddress(text) != nil, "\(text)")
        }
    }

    @Test func `a server is named with its usual port or without`() throws {
        for text in ["https://host.example", "https://host.example:443"] {
            let address = try #require(ServerAddress(text))
            #expect(address.text == "https://host.example")
            for (name, isNamed) in [
                ("host.example", true), ("HOST.example:443", true), ("host.example:80", false),
                ("host.example:8443", false),
                ("other.example", false),
            ] {
                #expect(address.isNamed(try #require(WebServerName(name))) == isNamed, "\(text) \(name)")
            }
        }
        let other = try #require(ServerAddress("https://host.example:8443"))
        #expect(!other.isNamed(try #require(WebServerName("host.example"))))
        #expect(other.isNamed(try #require(WebServerName("host.example:8443"))))
    }
}
