internal import Accounts
internal import LoginKey
internal import Testing

extension AccountStoreCheck {
    static let rights = [
        Self("says whose rights may have changed: of a user's state, password or role, and who is gone") { store in
            let users = try await makeUsers(5, in: store)
            var cursor = try await store.rightsChanges(since: nil).cursor
            func changed(_ change: (inout User) -> Void, of user: User) async throws -> User {
                var user = user
                change(&user)
                return try await store.updateUser(user, recording: Sample.event())
            }
            func affected() async throws -> Set<User.ID>? {
                let changes = try await store.rightsChanges(since: cursor)
                cursor = changes.cursor
                guard case .users(let users) = changes.affected else { return nil }
                return users
            }
            #expect(try await affected() == [])
            let role = try await store.createRole(
                Role(id: Role.ID(0), partnerID: Sample.partnerID(), name: "R", privileges: []),
                recording: Sample.event()
            )
            #expect(try await affected() == nil)
            let suspended = try await changed({ $0.state = .suspended }, of: users[0])
            _ = try await changed({ $0.passwordHash = PasswordHash(text: "scrypt$y") }, of: users[1])
            _ = try await changed({ $0.roleID = role.id }, of: users[2])
            _ = try await changed({ $0.lastName = "Renamed" }, of: users[3])
            let gone = UserChange(.delete, users[4], recording: try Sample.event())
            _ = try await store.changeUsers([gone])
            #expect(try await affected() == [users[0].id, users[1].id, users[2].id, users[4].id])
            _ = try await changed({ $0.state = .active }, of: suspended)
            let again = try #require(try await affected())
            #expect(again.contains(users[0].id) && !again.contains(users[3].id))
        },
        Self("says that everybody's rights may have changed with a key, a role or a group") { store in
            let user = try #require(try await makeUsers(1, in: store).first)
            let key = try await store.addAPIKey(
                Sample.apiKey(),
                label: "",
                to: user.partnerID,
                at: Sample.now,
                recording: Sample.event()
            )
            let cursor = try await store.rightsChanges(since: nil).cursor
            try await store.endAPIKey(
                key.id,
                of: user.partnerID,
                at: Sample.now,
                isRevoked: true,
                recording: Sample.event()
            )
            let changes = try await store.rightsChanges(since: cursor)
            #expect(isEverybody(changes))
            var group = try #require(try await store.group(user.partnerID))
            group.privileges = []
            _ = try await store.updateGroup(group, recording: Sample.event())
            let more = try await store.rightsChanges(since: changes.cursor)
            #expect(isEverybody(more))
            try await store.deleteGroup(user.partnerID, recording: Sample.event())
            #expect(isEverybody(try await store.rightsChanges(since: more.cursor)))
        },
        Self("leaves out nobody whose rights change while others look") { store in
            let users = try await makeUsers(40, in: store)
            let first = try await store.rightsChanges(since: nil).cursor
            let seen = try await withThrowingTaskGroup(of: Void.self) { changes in
                for var user in users {
                    changes.addTask {
                        user.state = .suspended
                        _ = try await store.changeUsers([UserChange(.update, user, recording: Sample.event())])
                    }
                }
                var (seen, cursor) = (Set<User.ID>(), first)
                while true {
                    let rest = changes.isEmpty
                    let next = try await store.rightsChanges(since: cursor)
                    if case .users(let users) = next.affected { seen.formUnion(users) }
                    cursor = next.cursor
                    if rest { return seen }
                    try await changes.next()
                }
            }
            #expect(seen == Set(users.map(\.id)))
        },
    ]

    private static func makeUsers(_ count: Int, in store: any AccountStore) async throws -> [User] {
        try await Sample.makeGroup(store)
        let users = try (0..<count).map { try Sample.user("user\($0)") }
        return try await store.createUsers(users, recording: Sample.event())
    }

    private static func isEverybody(_ changes: RightsChanges) -> Bool {
        if case .everybody = changes.affected { true } else { false }
    }
}
