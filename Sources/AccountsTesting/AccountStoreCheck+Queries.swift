internal import Accounts
internal import LoginKey
internal import Testing
internal import WireProtocol

extension AccountStoreCheck {
    static let queries = [
        Self("finds users by what they are") { store in
            try await Sample.makeGroup(store)
            try await Sample.makeGroup(store, "1234")
            let partnerID = try Sample.partnerID()
            let role = try await store.createRole(
                Role(id: Role.ID(0), partnerID: partnerID, name: "Sales", privileges: .all),
                recording: Sample.event()
            )
            var ann = try Sample.user("ann", puid: "jos\u{E9}")
            ann.lastName = "O'Neil 100%_x"
            ann.email = "Ann@x.example"
            var bob = try Sample.user("bob", puid: "JOS\u{C9}")
            bob.roleID = role.id
            bob.state = .suspended
            _ = try await store.create(ann)
            _ = try await store.create(bob)
            _ = try await store.create(Sample.user("eve", in: "1234"))
            let table: [(UserFilter, [String])] = [
                (.text(.username, .equals, "ANN"), ["ann"]), (.text(.partnerUserID, .equals, "jos\u{E9}"), ["ann"]),
                (.text(.partnerUserID, .equals, "jose\u{301}"), []), (.text(.partnerUserID, .begins, "jos"), ["ann"]),
                (.text(.partnerUserID, .contains, "OS"), ["bob"]), (.text(.partnerUserID, .ends, "\u{C9}"), ["bob"]),
                (.text(.lastName, .contains, "0%_"), ["ann"]), (.text(.lastName, .contains, "%x"), []),
                (.text(.lastName, .begins, "o'n"), ["ann"]), (.text(.email, .equals, "ann@X.example"), ["ann"]),
                (.isMissing(.email), ["bob"]), (.not(.text(.email, .equals, "z")), ["ann", "bob"]),
                (.text(.roleName, .equals, "sales"), ["bob"]), (.isMissing(.roleName), ["ann"]),
                (.not(.text(.roleName, .begins, "sal")), ["ann"]), (.role(role.id), ["bob"]),
                (.isActive(true), ["ann"]), (.isActive(false), ["bob"]), (.all([]), ["ann", "bob"]), (.any([]), []),
                (.any([.text(.username, .less, "b"), .text(.username, .greaterOrEqual, "bob")]), ["ann", "bob"]),
                (.all([.text(.firstName, .equals, "joe"), .not(.isActive(true))]), ["bob"]),
                (.time(.created, .lessOrEqual, Sample.now), ["ann", "bob"]),
                (.time(.modified, .greater, Sample.now), []),
            ]
            for (filter, names) in table {
                let page = try await store.users(matching: UserQuery(filter: filter), of: partnerID)
                #expect(page.users.map(\.username.text) == names, "\(filter)")
                #expect(page.total == names.count)
            }
        },
        Self("pages through what it finds, and says how many there are") { store in
            try await Sample.makeGroup(store)
            _ = try await store.createUsers((0..<25).map { try Sample.user("u\($0)") }, recording: Sample.event())
            let filter = UserFilter.text(.username, .begins, "u1")
            let page = try await store.users(
                matching: UserQuery(filter: filter, offset: 2, limit: 3),
                of: Sample.partnerID()
            )
            #expect(page.users.map(\.username.text) == ["u11", "u12", "u13"])
            #expect(page.total == 11)
            let some = try await store.users(page.users.map(\.id) + [User.ID(999)], of: Sample.partnerID())
            #expect(some == page.users)
            let next = try await store.users(
                matching: UserQuery(filter: filter, after: page.users.last?.id, limit: 3),
                of: Sample.partnerID()
            )
            #expect(next.users.map(\.username.text) == ["u14", "u15", "u16"])
            #expect(next.total == 11)
            #expect(try await store.users(matching: UserQuery(limit: 0), of: Sample.partnerID()).users.isEmpty)
        },
        Self("finds and counts sessions of a group") { store in
            try await Sample.makeGroup(store, "12345")
            try await Sample.makeGroup(store, "1234")
            for (index, group) in ["12345", "12345", "12345", "1234"].enumerated() {
                var session = try Sample.session("k\(index)", id: "s\(index)", in: group)
                session.createdAt += Int64(index)
                session.visitor = Visitor(name: "V\(index)", email: "v@x.example", phone: "+1")
                try await store.createSession(session, recording: Sample.event())
                session.status = index == 1 ? .active : .completed
                session.startedAt = Sample.now + 10
                session.endedAt = index == 1 ? nil : Sample.now + 20 + Int64(index)
                session.agent = "joe"
                session.visitor.name = index == 2 ? "" : "W\(index)"
                try await store.updateSession(session, recording: Sample.event())
            }
            let group = try Sample.partnerID()
            let all = try await store.sessions(matching: SessionQuery(), of: group)
            #expect(all.map(\.id) == ["s2", "s1", "s0"])
            #expect(all.map(\.visitor.name) == ["V2", "W1", "W0"])
            #expect(all[0].visitor.email == "v@x.example")
            let open = try await store.sessions(matching: SessionQuery(agent: "joe", isOpen: true), of: group)
            #expect(open.map(\.id) == ["s1"])
            let period = SessionQuery.Period(.ended, from: Sample.now + 20, until: Sample.now + 22)
            #expect(try await store.sessions(matching: SessionQuery(period: period), of: group).map(\.id) == ["s0"])
            #expect(
                try await store.sessions(matching: SessionQuery(offset: 1, limit: 1), of: group).map(\.id) == ["s1"]
            )
            let counts = try await store.countSessions(
                matching: SessionQuery(statuses: [.completed, .active]),
                of: group,
                at: Sample.now + 40
            )
            #expect(
                counts == [
                    SessionCount(kind: .cobrowse, status: .active, count: 1, averageDuration: 30),
                    SessionCount(kind: .cobrowse, status: .completed, count: 2, averageDuration: 11),
                ]
            )
            let none = try await store.countSessions(matching: SessionQuery(kind: .video), of: group, at: Sample.now)
            #expect(none.isEmpty)
        },
    ]
}
