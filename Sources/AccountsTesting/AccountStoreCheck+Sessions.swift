internal import Accounts
internal import LoginKey
internal import Testing
internal import WireProtocol

extension AccountStoreCheck {
    static let sessions = [
        Self("keeps everything about a session") { store in
            try await Sample.makeGroup(store)
            var session = try Sample.session()
            try await store.createSession(session, recording: Sample.event())
            #expect(try await store.openSession(session.key, of: session.partnerID) == session)
            session.status = .active
            session.startedAt = Sample.now + 1
            session.agent = "joe"
            session.otherAgents = ["José ' \" % _", "a"]
            session.correlationID = try Sample.event().correlationID
            try await store.updateSession(session, recording: Sample.event())
            #expect(try await store.openSession(session.key, of: session.partnerID) == session)
            #expect(try await store.openSessions(on: "main") == [session])
            #expect(try await store.openSessions(on: "other").isEmpty)
        },
        Self("has one open session a key, and the key is free again when it is over") { store in
            try await Sample.makeGroup(store)
            var session = try Sample.session(id: "s1")
            try await store.createSession(session, recording: Sample.event())
            await #expect(throws: AccountsError(code: .alreadyExists, message: "")) {
                try await store.createSession(Sample.session(id: "s2"), recording: Sample.event())
            }
            session.status = .completed
            try await store.updateSession(session, recording: Sample.event())
            #expect(try await store.openSession(session.key, of: session.partnerID) == nil)
            session.status = .waiting
            await #expect(throws: AccountsError(code: .notFound, message: "")) {
                try await store.updateSession(session, recording: Sample.event())
            }
            try await store.createSession(Sample.session(id: "s2"), recording: Sample.event())
        },
        Self("has one open session for both lengths of a Salesforce id") { store in
            try await Sample.makeGroup(store)
            let (short, long) = ("00QFk000001aBcD", "00QFk000001aBcDMAU")
            for (key, other) in [(short, long), (long, short)] {
                var session = try Sample.session(id: "s" + key)
                session.key = try #require(SessionKey(key))
                try await store.createSession(session, recording: Sample.event())
                var second = try Sample.session(id: "t" + key)
                second.key = try #require(SessionKey(other))
                #expect(try await store.openSession(second.key, of: session.partnerID)?.id == session.id)
                let wrong = try #require(SessionKey("00QFk000001aBcDAAA"))
                #expect(try await store.openSession(wrong, of: session.partnerID) == nil)
                await #expect(throws: AccountsError(code: .alreadyExists, message: "")) {
                    try await store.createSession(second, recording: Sample.event())
                }
                session.status = .completed
                try await store.updateSession(session, recording: Sample.event())
            }
        },
        Self("finds the open sessions of every agent in them, by either length of a Salesforce id") { store in
            try await Sample.makeGroup(store)
            let (short, long) = ("005Fk000001aBcD", "005Fk000001aBcDIAU")
            var session = try Sample.session()
            session.status = .active
            session.agent = "joe"
            session.otherAgents = ["Ann", "a_b", long]
            try await store.createSession(session, recording: Sample.event())
            func found(_ agent: String, isOpen: Bool? = true) async throws -> [String] {
                try await store.sessions(matching: .init(agent: agent, isOpen: isOpen), of: session.partnerID).map(\.id)
            }
            for agent in ["joe", "Ann", "a_b", short, long] { #expect(try await found(agent) == [session.id]) }
            for agent in ["", "An", "ann", "ab", "aXb", "joe\nAnn", "005Fk000001aBcE"] {
                #expect(try await found(agent).isEmpty, "\(agent)")
            }
            #expect(try await found("Ann", isOpen: nil).isEmpty)
            session.otherAgents = []
            try await store.updateSession(session, recording: Sample.event())
            #expect(try await found("Ann").isEmpty)
            session.status = .completed
            try await store.updateSession(session, recording: Sample.event())
            #expect(try await found("joe").isEmpty)
            #expect(try await found("joe", isOpen: nil) == [session.id])
        },
        Self("two groups with one key never meet") { store in
            try await Sample.makeGroup(store, "12345")
            try await Sample.makeGroup(store, "1234")
            try await store.createSession(Sample.session(id: "s1"), recording: Sample.event())
            let key = try Sample.session().key
            #expect(try await store.openSession(key, of: Sample.partnerID("1234")) == nil)
            try await store.createSession(Sample.session(id: "s2", in: "1234"), recording: Sample.event())
            #expect(try await store.openSession(key, of: Sample.partnerID("1234"))?.id == "s2")
            #expect(try await store.openSession(key, of: Sample.partnerID("12345"))?.id == "s1")
        },
        Self("does not change a session of another group") { store in
            try await Sample.makeGroup(store, "12345")
            try await Sample.makeGroup(store, "1234")
            try await store.createSession(Sample.session(id: "s1"), recording: Sample.event())
            await #expect(throws: AccountsError(code: .notFound, message: "")) {
                try await store.updateSession(Sample.session(id: "s1", in: "1234"), recording: Sample.event())
            }
        },
        Self("remembers that a session is to end until it is over") { store in
            try await Sample.makeGroup(store)
            var session = try Sample.session()
            try await store.createSession(session, recording: Sample.event())
            #expect(try await store.sessionsToEnd(on: "main").isEmpty)
            try await store.requestSessionEnd(session.id, of: session.partnerID, recording: Sample.event())
            #expect(try await store.sessionsToEnd(on: "main") == [session])
            #expect(try await store.sessionsToEnd(on: "other").isEmpty)
            session.status = .killed
            try await store.updateSession(session, recording: Sample.event())
            #expect(try await store.sessionsToEnd(on: "main").isEmpty)
            #expect(try await store.session(session.id, of: session.partnerID)?.status == .killed)
            await #expect(throws: AccountsError(code: .notFound, message: "")) {
                try await store.requestSessionEnd(session.id, of: session.partnerID, recording: Sample.event())
            }
            let other = try Sample.partnerID("1234")
            #expect(try await store.session(session.id, of: other) == nil)
        },
        Self("takes a thousand changes of sessions at once, and writes down exactly those that were made") { store in
            try await Sample.makeGroup(store)
            for number in 0..<600 {
                try await store.createSession(
                    Sample.session("\(number)", id: "s\(number)"),
                    recording: Sample.event("begun")
                )
            }
            let made = try await withThrowingTaskGroup(of: Int?.self) { changes in
                for number in 0..<1000 {
                    changes.addTask {
                        var session = try Sample.session("\(number)", id: "s\(number)")
                        session.status = .killed
                        let event = try Sample.event("end of \(number)")
                        do {
                            try await store.updateSession(session, recording: event)
                            return number
                        } catch let error as AccountsError where error.code == .notFound {
                            return nil
                        }
                    }
                    changes.addTask {
                        try await store.append([Sample.event("note of \(number)")])
                        return nil
                    }
                }
                return try await changes.reduce(into: Set<Int>()) { made, number in
                    if let number { made.insert(number) }
                }
            }
            #expect(made == Set(0..<600))
            #expect(try await store.openSessions(on: "main").isEmpty)
            let details = try await store.auditEvents(AuditFilter(limit: 5000)).map(\.detail)
            let expected = (0..<600).map { "end of \($0)" } + (0..<1000).map { "note of \($0)" }
            #expect(details.filter { $0 != "begun" && !$0.isEmpty }.sorted() == expected.sorted())
            #expect(try await store.verifyAudit().firstBroken == nil)
        },
    ]

    static let audit = [
        Self("gives events back as they were, oldest first, and finds them by what they hold") { store in
            try await Sample.makeGroup(store)
            var events: [AuditEvent] = []
            for index in 0..<5 {
                var event = try Sample.event("naughty \u{202E} ' \" <b> = \(index)", index == 3 ? .refused : .granted)
                event.actor = "actor \(index)"
                event.reason = index == 3 ? "expired" : ""
                event.time += Int64(index)
                events.append(event)
            }
            try await store.append(events)
            #expect(try await store.auditEvents(AuditFilter(limit: 5)) == events)
            #expect(try await store.auditEvents(AuditFilter(limit: 2)) == Array(events.suffix(2)))
            #expect(try await store.auditEvents(AuditFilter(correlationID: events[1].correlationID)) == [events[1]])
            #expect(try await store.auditEvents(AuditFilter(actor: "actor 2")) == [events[2]])
            #expect(try await store.auditEvents(AuditFilter(outcome: .refused)) == [events[3]])
            #expect(try await store.auditEvents(AuditFilter(since: events[4].time)) == [events[4]])
            #expect(try await store.auditEvents(AuditFilter(partnerID: Sample.partnerID("1"))).isEmpty)
        },
        Self("has an unbroken audit chain, with a row for every change and decision") { store in
            try await Sample.makeGroup(store)
            _ = try await store.createUsers([Sample.user()], recording: Sample.event("user"))
            let first = try await store.verifyAudit()
            #expect(first.rows == 2)
            #expect(first.firstBroken == nil)
            // What was newest is found again behind newer rows, and an unknown hash is not.
            try await store.append([Sample.event()])
            let second = try await store.verifyAudit(lookingFor: first.newest)
            #expect(second.hasNoted && second.newest != first.newest)
            #expect(try await !store.verifyAudit(lookingFor: [UInt8](repeating: 7, count: 32)).hasNoted)
        },
        Self("writes no event for a change that was refused") { store in
            try await Sample.makeGroup(store)
            try? await Sample.makeGroup(store)
            #expect(try await store.verifyAudit().rows == 1)
        },
        Self("is ready") { store in
            try await store.checkReadiness()
            #expect(try await store.publicURL() == nil)
            for url in ["https://a.example", "https://b.example:8443"] {
                try await store.setPublicURL(url)
                #expect(try await store.publicURL() == url)
            }
        },
    ]
}
