internal import Accounts
internal import LoginKey
internal import Testing

extension AccountStoreCheck {
    static let clients = [
        Self("keeps a user's clients, each once, apart from another user's") { store in
            try await Sample.makeGroup(store)
            let joe = try await Sample.addUser("joe", to: store)
            let ann = try await Sample.addUser("ann", to: store)
            let key = try #require(ClientKey(String(repeating: "A", count: 43)))
            let client = EnrolledClient(key: key, enrolledAt: Sample.now)
            for _ in 0..<2 {
                try await store.enrollClient(
                    client,
                    for: joe,
                    of: Sample.partnerID(),
                    launch: .none,
                    recording: Sample.event()
                )
            }
            #expect(try await store.enrolledClients(of: joe) == [client])
            #expect(try await store.enrolledClients(of: ann).isEmpty)
            try await store.removeClients(of: ann, recording: Sample.event())
            #expect(try await store.enrolledClients(of: joe) == [client])
            try await store.removeClients(of: joe, recording: Sample.event())
            #expect(try await store.enrolledClients(of: joe).isEmpty)
        },
        Self("connects no client to a user of another group") { store in
            try await Sample.makeGroup(store, "12345")
            try await Sample.makeGroup(store, "1234")
            let joe = try await Sample.addUser("joe", to: store)
            let key = try #require(ClientKey(String(repeating: "A", count: 43)))
            let client = EnrolledClient(key: key, enrolledAt: Sample.now)
            await #expect(throws: AccountsError(code: .notFound, message: "")) {
                try await store.enrollClient(
                    client,
                    for: joe,
                    of: Sample.partnerID("1234"),
                    launch: .none,
                    recording: Sample.event()
                )
            }
            #expect(try await store.enrolledClients(of: joe).isEmpty)
        },
    ]
}

extension Sample {
    static func addUser(_ name: String, to store: any AccountStore) async throws -> User.ID {
        _ = try await store.createUsers([user(name)], recording: event())
        let key = try AccountReference.username(Username(parsing: name))
        return try #require(try await store.snapshot(of: key, at: now)?.user).id
    }
}
