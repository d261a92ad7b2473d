import Accounts
import LoginKey
import Sessions
import Testing

@Suite struct PresenceStateMachineTests {
    static let now: Int64 = 1_700_000_000
    let tab = PeerID(1)
    let otherTab = PeerID(2)
    let panel = PeerID(3)
    let viewer = PeerID(4)
    let dana = User.ID(7)
    let robin = User.ID(8)
    let noor: VisitorReference
    let namesake: VisitorReference

    init() throws {
        let key = try #require(SessionKey("003Fk00000Ab1cDIAR"))
        noor = VisitorReference(key, of: try PartnerID(parsing: "12345"))
        namesake = VisitorReference(key, of: try PartnerID(parsing: "1234"))
    }

    private func inviter(_ user: User.ID? = nil, click: Int = 1) throws -> Inviter {
        let user = user ?? dana
        let text = String(repeating: "0", count: 31) + "\(click)"
        return Inviter(
            userID: user,
            name: user == dana ? "Dana" : "Robin",
            actor: "\(user)",
            correlationID: try #require(CorrelationID(text))
        )
    }

    private func present() -> PresenceStateMachine {
        var board = PresenceStateMachine()
        _ = board.announce(noor, PresentVisitor(name: "Noor"), by: tab, at: Self.now)
        return board
    }

    private func events(_ notices: [PresenceStateMachine.Notice], for peer: PeerID) -> [PresenceEvent] {
        notices.filter { $0.peer == peer }.map(\.event)
    }

    private func isAsked(_ outcome: PresenceStateMachine.Outcome) -> Bool {
        if case .asking = outcome { true } else { false }
    }

    private func notices(_ outcome: PresenceStateMachine.Outcome) -> [PresenceStateMachine.Notice] {
        switch outcome {
        case .absent: []
        case .asked(let notices), .asking(_, let notices): notices
        }
    }

    // MARK: Coming and going

    @Test func `a record's id of 15 and of 18 characters is one visitor, and everybody reads the one they know`() throws
    {
        let short = VisitorReference(try #require(SessionKey("003Fk00000Ab1cD")), of: noor.partnerID)
        let wrong = VisitorReference(try #require(SessionKey("003Fk00000Ab1cDAAA")), of: noor.partnerID)
        #expect(Set([noor, short]).count == 1)
        var board = PresenceStateMachine()
        _ = board.watch(noor, for: dana, by: panel, at: Self.now)
        let told = events(board.announce(short, PresentVisitor(name: "Noor"), by: tab, at: Self.now), for: panel)
        #expect(told.map(\.json).contains { $0.contains(#""visitorid":"003Fk00000Ab1cDIAR""#) }, "\(told)")
        #expect(board.isPresent(noor) && board.isPresent(short) && !board.isPresent(wrong))
    }

    @Test func `tells who watches when a visitor comes and goes`() {
        var board = PresenceStateMachine()
        #expect(
            events(board.watch(noor, for: dana, by: panel, at: Self.now), for: panel) == [
                .connected, .visitorConnected(false), .presence(noor.visitorID, nil),
            ]
        )
        let arrival = board.announce(noor, PresentVisitor(name: "Noor"), by: tab, at: Self.now)
        #expect(events(arrival, for: tab) == [.announced])
        #expect(
            events(arrival, for: panel) == [
                .visitorConnected(true), .presence(noor.visitorID, PresentVisitor(name: "Noor")),
            ]
        )
        #expect(board.isPresent(noor))
        #expect(
            events(board.remove(tab), for: panel) == [.visitorConnected(false), .presence(noor.visitorID, nil)]
        )
        #expect(!board.isPresent(noor))
    }

    @Test func `several tabs count as one, until the last is gone`() {
        var board = present()
        _ = board.watch(noor, for: dana, by: panel, at: Self.now)
        #expect(
            events(board.announce(noor, PresentVisitor(name: "Noor"), by: otherTab, at: Self.now), for: panel).isEmpty
        )
        #expect(board.remove(tab).isEmpty)
        #expect(board.isPresent(noor))
        #expect(!board.remove(otherTab).isEmpty)
        #expect(!board.isPresent(noor))
        #expect(board.remove(otherTab).isEmpty)
    }

    @Test func `tells a new name without a new arrival`() {
        var board = present()
        _ = board.watch(noor, for: dana, by: panel, at: Self.now)
        let notices = board.announce(noor, PresentVisitor(name: "Noor Haddad"), by: otherTab, at: Self.now)
        #expect(events(notices, for: panel) == [.presence(noor.visitorID, PresentVisitor(name: "Noor Haddad"))])
    }

    @Test func `who comes later learns how things stand`() {
        var board = present()
        let notices = board.watch(noor, for: dana, by: panel, at: Self.now)
        #expect(
            notices.map(\.event) == [
                .connected, .visitorConnected(true), .presence(noor.visitorID, PresentVisitor(name: "Noor")),
            ]
        )
    }

    @Test func `tells nothing across groups, whatever the visitor id`() throws {
        var board = present()
        _ = board.watch(namesake, for: robin, by: viewer, at: Self.now)
        #expect(!board.isPresent(namesake))
        #expect(board.show(namesake, .visitorConnected(true)).isEmpty)
        #expect(board.invite(namesake, by: try inviter(robin), as: "x", at: Self.now) == .absent)
        #expect(events(board.remove(tab), for: viewer).isEmpty)
    }

    @Test func `tells nobody who has stopped watching`() {
        var board = PresenceStateMachine()
        _ = board.watch(noor, for: dana, by: panel, at: Self.now)
        #expect(board.remove(panel).isEmpty)
        #expect(events(board.announce(noor, PresentVisitor(name: "Noor"), by: tab, at: Self.now), for: panel).isEmpty)
    }

    // MARK: Asking

    @Test func `asks every tab of the visitor once, however often the agent's page asks`() throws {
        var board = present()
        _ = board.announce(noor, PresentVisitor(name: "Noor"), by: otherTab, at: Self.now)
        _ = board.watch(noor, for: dana, by: panel, at: Self.now)
        _ = board.watch(noor, for: robin, by: viewer, at: Self.now)
        let first = board.invite(noor, by: try inviter(), as: "q1", at: Self.now)
        #expect(isAsked(first))
        #expect(events(notices(first), for: tab) == [.invite("q1", agent: "Dana")])
        #expect(events(notices(first), for: otherTab) == [.invite("q1", agent: "Dana")])
        #expect(events(notices(first), for: panel) == [.terms(noor.visitorID, agent: "Dana", .asked)])
        #expect(events(notices(first), for: viewer).isEmpty)
        for second in 1..<15 {
            let again = board.invite(noor, by: try inviter(), as: "q\(second)", at: Self.now + Int64(second))
            #expect(again == .asked([]))
        }
        let reminder = board.invite(noor, by: try inviter(), as: "q15", at: Self.now + 15)
        #expect(!isAsked(reminder))
        #expect(events(notices(reminder), for: tab) == [.invite("q1", agent: "Dana")])
        #expect(board.invite(noor, by: try inviter(), as: "q16", at: Self.now + 16) == .asked([]))
    }

    @Test func `a new click replaces the question, but not sooner than a reminder`() throws {
        var board = present()
        _ = board.invite(noor, by: try inviter(), as: "q1", at: Self.now)
        #expect(board.invite(noor, by: try inviter(click: 2), as: "q2", at: Self.now + 14) == .asked([]))
        let next = board.invite(noor, by: try inviter(click: 2), as: "q2", at: Self.now + 15)
        #expect(isAsked(next))
        #expect(events(notices(next), for: tab) == [.withdrawn("q1"), .invite("q2", agent: "Dana")])
        #expect(board.answer("q1", .accepted, by: tab, at: Self.now + 16) == nil)
    }

    @Test func `tells the agent who asked, and closes the question in other tabs`() throws {
        var board = present()
        _ = board.announce(noor, PresentVisitor(name: "Noor"), by: otherTab, at: Self.now)
        _ = board.watch(noor, for: dana, by: panel, at: Self.now)
        _ = board.watch(noor, for: robin, by: viewer, at: Self.now)
        _ = board.invite(noor, by: try inviter(), as: "q1", at: Self.now)
        let answer = board.answer("q1", .accepted, by: tab, at: Self.now + 5)
        let (invitation, notices) = try #require(answer)
        #expect(invitation.agent.actor == "7")
        #expect(events(notices, for: tab).isEmpty)
        #expect(events(notices, for: otherTab) == [.withdrawn("q1")])
        #expect(events(notices, for: panel) == [.terms(noor.visitorID, agent: "Dana", .accepted)])
        #expect(events(notices, for: viewer).isEmpty)
        #expect(board.answer("q1", .declined, by: otherTab, at: Self.now + 6) == nil)
    }

    @Test func `whoever asks again for what was declined hears so, and the visitor is left in peace`() throws {
        var board = present()
        _ = board.watch(noor, for: dana, by: panel, at: Self.now)
        let key = try #require(SessionKey("caller-key-7"))
        _ = board.invite(noor, by: try inviter(), as: "q1", for: key, at: Self.now)
        _ = board.answer("q1", .declined, by: tab, at: Self.now + 1)
        let again = board.invite(noor, by: try inviter(click: 2), as: "q2", for: key, at: Self.now + 2)
        #expect(notices(again).map(\.peer) == [panel])
        #expect(events(notices(again), for: panel) == [.terms(noor.visitorID, agent: "Dana", .declined)])
    }

    @Test func `a click that was declined never asks again, another one after a minute`() throws {
        var board = present()
        _ = board.invite(noor, by: try inviter(), as: "q1", at: Self.now)
        _ = board.answer("q1", .declined, by: tab, at: Self.now + 5)
        for second in stride(from: Int64(6), to: 2000, by: 2) {
            #expect(board.invite(noor, by: try inviter(), as: "q2", at: Self.now + second) == .asked([]))
            board.forgetInvitations(at: Self.now + second)
        }
        _ = board.answer("q1", .declined, by: tab, at: Self.now + 2000)
        #expect(isAsked(board.invite(noor, by: try inviter(click: 2), as: "q3", at: Self.now + 2000)))

        var other = present()
        _ = other.invite(noor, by: try inviter(), as: "q1", at: Self.now)
        _ = other.answer("q1", .declined, by: tab, at: Self.now + 5)
        #expect(other.invite(noor, by: try inviter(click: 2), as: "q2", at: Self.now + 64) == .asked([]))
        #expect(isAsked(other.invite(noor, by: try inviter(robin), as: "q3", at: Self.now + 64)))
        #expect(isAsked(other.invite(noor, by: try inviter(click: 2), as: "q2", at: Self.now + 65)))
    }

    @Test func `only the visitor who was asked can answer`() throws {
        var board = present()
        _ = board.announce(namesake, PresentVisitor(name: "Eve"), by: otherTab, at: Self.now)
        _ = board.watch(noor, for: dana, by: panel, at: Self.now)
        _ = board.invite(noor, by: try inviter(), as: "q1", at: Self.now)
        for peer in [otherTab, panel, PeerID(99)] {
            #expect(board.answer("q1", .accepted, by: peer, at: Self.now) == nil)
        }
        #expect(board.answer("q2", .accepted, by: tab, at: Self.now) == nil)
        #expect(board.answer("q1", .accepted, by: tab, at: Self.now) != nil)
    }

    @Test func `a visitor who reloads the page is asked there, for as long as the question is open`() throws {
        var board = present()
        _ = board.invite(noor, by: try inviter(), as: "q1", at: Self.now)
        _ = board.remove(tab)
        #expect(board.invite(noor, by: try inviter(), as: "q2", at: Self.now + 2) == .absent)
        let back = board.announce(noor, PresentVisitor(name: "Noor"), by: otherTab, at: Self.now + 35)
        #expect(events(back, for: otherTab) == [.announced, .invite("q1", agent: "Dana")])
        let late = board.announce(noor, PresentVisitor(name: "Noor"), by: tab, at: Self.now + 36)
        #expect(events(late, for: tab) == [.announced])
    }

    @Test func `an agent's page that opens later learns that the visitor is being asked`() throws {
        var board = present()
        _ = board.invite(noor, by: try inviter(), as: "q1", at: Self.now)
        let own = board.watch(noor, for: dana, by: panel, at: Self.now + 1)
        #expect(own.last?.event == .terms(noor.visitorID, agent: "Dana", .asked))
        let other = board.watch(noor, for: robin, by: viewer, at: Self.now + 1)
        #expect(other.last?.event == .presence(noor.visitorID, PresentVisitor(name: "Noor")))
    }

    @Test func `a question that could not be written down was not asked`() throws {
        var board = present()
        guard case .asking(let invitation, _) = board.invite(noor, by: try inviter(), as: "q1", at: Self.now) else {
            Issue.record("not asked")
            return
        }
        board.forget(invitation)
        #expect(board.answer("q1", .accepted, by: tab, at: Self.now) == nil)
        #expect(isAsked(board.invite(noor, by: try inviter(), as: "q2", at: Self.now)))
    }

    @Test func `remembers a bounded number of questions to one visitor`() throws {
        var board = present()
        for number in 0..<16 {
            let agent = try inviter(User.ID(Int64(100 + number)))
            #expect(isAsked(board.invite(noor, by: agent, as: "q\(number)", at: Self.now)))
        }
        #expect(board.invite(noor, by: try inviter(), as: "q", at: Self.now) == .asked([]))
        board.forgetInvitations(at: Self.now + 601)
        #expect(isAsked(board.invite(noor, by: try inviter(), as: "q", at: Self.now + 601)))
    }

    @Test func `another session is another question, a few times a minute`() throws {
        var board = PresenceStateMachine()
        _ = board.announce(noor, PresentVisitor(name: "Noor"), by: tab, at: Self.now)
        for number in 1...6 {
            let key = try #require(SessionKey("key-\(number)"))
            let outcome = board.invite(noor, by: try inviter(), as: "q\(number)", for: key, at: Self.now)
            #expect(isAsked(outcome), "\(number)")
            _ = board.answer("q\(number)", .declined, by: tab, at: Self.now)
        }
        let key = try #require(SessionKey("key-7"))
        #expect(board.invite(noor, by: try inviter(), as: "q7", for: key, at: Self.now + 1) == .asked([]))
        #expect(isAsked(board.invite(noor, by: try inviter(), as: "q7", for: key, at: Self.now + 60)))
    }

    @Test func `a visitor who is in a session is not asked for another one`() throws {
        var board = PresenceStateMachine()
        let (key, other) = (try #require(SessionKey("key-1")), try #require(SessionKey("key-2")))
        _ = board.announce(noor, PresentVisitor(name: "Noor"), by: tab, at: Self.now)
        _ = board.watch(noor, for: dana, by: panel, at: Self.now)
        _ = board.watch(noor, for: robin, by: viewer, at: Self.now)
        _ = board.start(key, by: noor)
        #expect(board.sessionKeys(of: noor) == [key] && board.sessionKeys(of: namesake).isEmpty)
        let agent = try inviter()
        guard
            case .asked(let again) = board.invite(noor, by: agent, as: "q1", for: key, during: key, at: Self.now),
            case .asked(let no) = board.invite(noor, by: agent, as: "q2", for: other, during: key, at: Self.now)
        else {
            Issue.record("asked")
            return
        }
        #expect(again.map(\.event) == [.sessionStarted(key)] && again.map(\.peer) == [panel])
        #expect(no.map(\.event) == [.terms(noor.visitorID, agent: "Dana", .declined)] && no.map(\.peer) == [panel])
        _ = board.end(key, of: noor.partnerID)
        #expect(board.sessionKeys(of: noor).isEmpty)
        #expect(isAsked(board.invite(noor, by: try inviter(), as: "q3", for: other, at: Self.now)))
    }

    @Test func `the session of a question has the key that the agent asked for, and its start and end are told`() throws
    {
        var board = PresenceStateMachine()
        let key = try #require(SessionKey("key-1"))
        _ = board.announce(noor, PresentVisitor(name: "Noor"), by: tab, at: Self.now)
        _ = board.watch(noor, for: dana, by: panel, at: Self.now)
        _ = board.invite(noor, by: try inviter(), as: "q1", for: key, at: Self.now)
        #expect(board.sessionKey(of: "q1", to: noor) == key)
        #expect(board.sessionKey(of: "q1", to: namesake) == nil)
        #expect(events(board.start(key, by: noor), for: panel) == [.sessionStarted(key)])
        #expect(board.end(key, of: namesake.partnerID).isEmpty)
        #expect(events(board.end(key, of: noor.partnerID), for: panel) == [.sessionEnded(key)])
        #expect(board.end(key, of: noor.partnerID).isEmpty)
        _ = board.answer("q1", .declined, by: tab, at: Self.now)
        #expect(board.sessionKey(of: "q1", to: noor) == nil)
    }
}

@Suite struct ConnectionQuotaTests {
    @Test func `limits each holder and all together`() {
        var quota = ConnectionQuota(perHolder: 2, total: 3)
        let first = ["a", "a", "a", "b", "c"].map { quota.take($0) }
        #expect(first == [true, true, false, true, false])
        quota.giveBack("a")
        let second = ["c", "a"].map { quota.take($0) }
        #expect(second == [true, false])
        quota.giveBack("nobody")
        let third = quota.take("a")
        #expect(!third)
    }
}

@Suite struct PresenceAgentTests {
    private func snapshot(
        _ state: User.State = .active,
        privileges: PrivilegeSet = .all,
        origins: [String] = []
    ) throws -> AccountSnapshot {
        let partnerID = try PartnerID(parsing: "12345")
        let user = User(
            partnerID: partnerID,
            partnerUserID: nil,
            username: try Username(parsing: "dana"),
            state: state
        )
        let group = Group(
            partnerID: partnerID,
            name: "Demo",
            privileges: privileges,
            embeddingOrigins: origins.compactMap { Origin($0) }
        )
        return AccountSnapshot(group: group, apiKeys: [], user: user, role: nil)
    }

    private func agent(origin: String? = nil, root: SignInRoot? = nil) throws -> PresenceAgent {
        PresenceAgent(
            partnerID: try PartnerID(parsing: "12345"),
            userID: User.ID(7),
            root: root,
            required: [.joinCobrowseSessions, .keylessSessions],
            origin: origin.flatMap { Origin($0) },
            endsAt: 1000
        )
    }

    @Test func `may stay until the API key behind the sign-in is revoked`() throws {
        var generator = SystemRandomNumberGenerator()
        var snapshot = try snapshot()
        var key = APIKeyRecord(
            id: APIKeyRecord.ID(3),
            partnerID: snapshot.group.partnerID,
            key: .secret(APIKey.generate(using: &generator)),
            label: "",
            isWeak: false,
            createdAt: 0,
            endsAt: 5
        )
        snapshot.apiKeys = [key]
        #expect(try agent(root: .apiKey(key.id)).mayStay(snapshot, at: 9))
        key.isRevoked = true
        snapshot.apiKeys = [key]
        #expect(try !agent(root: .apiKey(key.id)).mayStay(snapshot, at: 9))
        #expect(try agent().mayStay(snapshot, at: 9))
    }

    @Test func `may stay while token, state, privileges and origin allow it`() throws {
        #expect(try agent().mayStay(snapshot(), at: 999))
        #expect(try !agent().mayStay(snapshot(), at: 1000))
        for state in User.State.allCases where state != .active {
            #expect(try !agent().mayStay(snapshot(state), at: 0))
        }
        #expect(try !agent().mayStay(snapshot(privileges: [.joinCobrowseSessions]), at: 0))
        let page = try agent(origin: "https://crm.example")
        #expect(try page.mayStay(snapshot(origins: ["https://crm.example"]), at: 0))
        #expect(try !page.mayStay(snapshot(origins: ["https://other.example"]), at: 0))
    }
}
