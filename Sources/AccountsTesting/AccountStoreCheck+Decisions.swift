internal import Accounts
internal import LoginKey
internal import Testing

extension AccountStoreCheck {
    static let decisions = [
        Self("hands the decision everything it needs") { store in
            try await Sample.makeGroup(store)
            _ = try await store.addAPIKey(
                Sample.apiKey(),
                label: "",
                to: Sample.partnerID(),
                at: Sample.now,
                recording: Sample.event()
            )
            _ = try await store.createUsers([Sample.user()], recording: Sample.event())
            let snapshot = try await store.evaluate(on: key("joe"), at: Sample.now) { snapshot in
                Evaluation(outcome: .init(value: snapshot, event: event))
            }
            #expect(snapshot?.group.partnerID.text == "12345")
            #expect(snapshot?.user?.username.text == "joe")
            #expect(snapshot?.apiKeys.count == 1)
            let unknownUser = try await store.snapshot(of: key("nobody"), at: Sample.now)
            #expect(unknownUser != nil && unknownUser?.user == nil)
            #expect(try await store.snapshot(of: key("joe", in: "1"), at: Sample.now) == nil)
            #expect(try await store.snapshot(of: .username(Username(parsing: "nobody")), at: Sample.now) == nil)
        },
        Self("sees a change at once") { store in
            try await Sample.makeGroup(store)
            _ = try await store.createUsers([Sample.user()], recording: Sample.event())
            #expect(try await store.snapshot(of: key("joe"), at: Sample.now)?.apiKeys.isEmpty == true)
            let record = try await store.addAPIKey(
                Sample.apiKey(),
                label: "",
                to: Sample.partnerID(),
                at: Sample.now,
                recording: Sample.event()
            )
            #expect(try await store.snapshot(of: key("joe"), at: Sample.now)?.apiKeys.count == 1)
            try await store.endAPIKey(
                record.id,
                of: Sample.partnerID(),
                at: Sample.now,
                isRevoked: true,
                recording: Sample.event()
            )
            #expect(try await store.snapshot(of: key("joe"), at: Sample.now)?.apiKeys.first?.isRevoked == true)
        },
        Self("tells of many users at once what it tells of each") { store in
            try await Sample.makeGroup(store)
            try await Sample.makeGroup(store, "23456")
            let role = try await store.createRole(
                Role(id: Role.ID(0), partnerID: Sample.partnerID(), name: "Joiner", privileges: []),
                recording: Sample.event()
            )
            var users = try (0..<10_100).map { try Sample.user("agent-\($0)") }
            users[1].roleID = role.id
            users[2].state = .suspended
            users.append(try Sample.user("another", in: "23456"))
            let made = try await store.createUsers(users, recording: Sample.event())
            let ids = Set(made.map(\.id))
            let found = try await store.snapshots(of: ids.union([User.ID(1 << 40)]), at: Sample.now)
            #expect(Set(found.keys) == ids)
            for user in made[..<3] + made.suffix(2) {
                let one = try await store.snapshot(of: .person(user.partnerID, user.id), at: Sample.now)
                #expect(found[user.id]?.user == one?.user && one?.user?.username == user.username)
                #expect(found[user.id]?.group == one?.group && found[user.id]?.role == one?.role)
            }
            #expect(found[made[1].id]?.role != nil && found[made[2].id]?.user?.state == .suspended)
            #expect(try await store.snapshots(of: [], at: Sample.now).isEmpty)
        },
        Self("spends a credential once, whoever comes first") { store in
            try await Sample.makeGroup(store)
            let verdicts = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<200 {
                    group.addTask { try await spend(store, window: 0, at: Sample.now) }
                }
                return try await group.reduce(into: [Bool]()) { $0.append($1) }
            }
            #expect(verdicts.count { $0 } == 1)
            #expect(try await store.firstUse(of: spent(window: 0)) == Sample.now)
            // The clock of another server may be behind.
            #expect(try await !spend(store, window: 0, at: Sample.now - 5))
        },
        Self("lets a credential be used again within its window, counted from the first use") { store in
            try await Sample.makeGroup(store)
            #expect(try await spend(store, window: 120, at: Sample.now))
            #expect(try await spend(store, window: 120, at: Sample.now + 60))
            #expect(try await spend(store, window: 120, at: Sample.now + 119))
            #expect(try await !spend(store, window: 120, at: Sample.now + 120))
            #expect(try await !spend(store, window: 120, at: Sample.now + 3000))
        },
        Self("notes when an API key was used") { store in
            try await Sample.makeGroup(store)
            let record = try await store.addAPIKey(
                Sample.apiKey(),
                label: "",
                to: Sample.partnerID(),
                at: Sample.now,
                recording: Sample.event()
            )
            #expect(record.lastUsedAt == nil)
            try await store.evaluate(on: key("joe"), at: Sample.now + 5) { _ in
                Evaluation(outcome: .init(value: (), event: event), usedAPIKey: record.id)
            }
            #expect(try await store.apiKeys(of: Sample.partnerID()).first?.lastUsedAt == Sample.now + 5)
        },
    ]

    private static func key(_ name: String, in partnerID: String = "12345") throws -> AccountReference {
        .partner(try Sample.partnerID(partnerID), try PartnerUserID(parsing: name))
    }

    private static var event: AuditEvent {
        var generator = SystemRandomNumberGenerator()
        let id = CorrelationID(using: &generator)
        return AuditEvent(time: Sample.now * 1000, correlationID: id, action: .authenticate, outcome: .granted)
    }

    private static func spent(window: Int64) -> SpentCredential {
        SpentCredential(identity: [UInt8](repeating: 7, count: 32), window: window, forgetAt: Sample.now + 86_400)
    }

    private static func spend(_ store: any AccountStore, window: Int64, at now: Int64) async throws -> Bool {
        let spent = spent(window: window)
        return try await store.evaluate(on: key("joe"), at: now) { _ in
            Evaluation(
                outcome: .init(value: true, event: event),
                spend: (spent, .init(value: false, event: event))
            )
        }
    }
}
