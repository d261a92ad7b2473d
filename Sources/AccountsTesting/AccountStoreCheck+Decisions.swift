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
